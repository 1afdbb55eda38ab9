package io.ethpeerflow.tls.netty;

import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * At most one client's engine that has begun its handshake and belongs to no connection yet: its
 * key pairs are there, and its ClientHello waits to be fetched. A few KiB off the heap. Any thread.
 */
final class SpareEngine {
  private static final Spare CLOSED = new Spare(List.of(), null);

  private final AtomicReference<@Nullable Spare> place = new AtomicReference<>();

  private record Spare(List<String> protocols, @Nullable SSLEngine engine) {}

  boolean isPresent() {
    return place.get() != null;
  }

  /** The engine, when there is one that offers these protocols; it is the caller's then. */
  @Nullable SSLEngine take(List<String> protocols) {
    Spare spare = place.get();
    if (spare == null || spare.engine() == null || !spare.protocols().equals(protocols)) {
      return null;
    }
    return place.compareAndSet(spare, null) ? spare.engine() : null;
  }

  /** Keeps an engine for the next one, or frees it when there is one already. */
  void offer(List<String> protocols, SSLEngine engine) {
    if (!place.compareAndSet(null, new Spare(protocols, engine))) {
      ReferenceCountUtil.safeRelease(engine);
    }
  }

  /** Frees the engine and those that are offered later. */
  void close() {
    Spare spare = place.getAndSet(CLOSED);
    if (spare != null && spare.engine() != null) {
      ReferenceCountUtil.safeRelease(spare.engine());
    }
  }
}
