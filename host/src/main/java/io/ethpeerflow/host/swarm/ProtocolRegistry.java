package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.StreamHandler;
import io.ethpeerflow.multistream.SupportedProtocols;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The protocols served by a host. Any thread. */
public final class ProtocolRegistry implements SupportedProtocols {
  private final ConcurrentHashMap<ProtocolId, StreamHandler> handlers = new ConcurrentHashMap<>();
  private final Consumer<Set<ProtocolId>> changed;

  /**
   * An empty registry.
   *
   * @param changed told of every change, on the thread that made it
   */
  public ProtocolRegistry(Consumer<Set<ProtocolId>> changed) {
    this.changed = changed;
  }

  /**
   * Serves a protocol.
   *
   * @throws IllegalStateException when it is already served
   */
  public Registration handle(ProtocolId protocol, StreamHandler handler) {
    if (handlers.putIfAbsent(protocol, handler) != null) {
      throw new IllegalStateException(protocol + " is already served");
    }
    changed.accept(protocols());
    return () -> {
      if (handlers.remove(protocol, handler)) {
        changed.accept(protocols());
      }
    };
  }

  /** Who serves a protocol, or null. */
  public @Nullable StreamHandler handler(ProtocolId protocol) {
    return handlers.get(protocol);
  }

  /** The protocols served now, in text order. */
  public Set<ProtocolId> protocols() {
    var sorted = new TreeSet<ProtocolId>((a, b) -> a.toString().compareTo(b.toString()));
    sorted.addAll(handlers.keySet());
    return sorted;
  }

  // [spec connections/no-handler]
  @Override
  public boolean supports(ProtocolId protocol) {
    return handlers.containsKey(protocol);
  }

  @Override
  public Collection<ProtocolId> listing() {
    return protocols();
  }
}
