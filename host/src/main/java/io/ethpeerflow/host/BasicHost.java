package io.ethpeerflow.host;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionManager;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Peerstore;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamHandler;
import io.ethpeerflow.core.StreamOptions;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.ServiceContext;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.host.dial.Dialer;
import io.ethpeerflow.host.dial.Transports;
import io.ethpeerflow.host.swarm.EventBus;
import io.ethpeerflow.host.swarm.ProtocolRegistry;
import io.ethpeerflow.host.swarm.Swarm;
import io.ethpeerflow.host.swarm.SwarmConnection;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host that {@link HostBuilder} makes: joins the parts, holds no protocol logic of its own. */
final class BasicHost implements Host {
  private static final Logger LOG = LoggerFactory.getLogger(BasicHost.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final HostParts parts;
  private final PeerId id;
  private final ProtocolRegistry registry;
  private final EventBus events;
  private final Swarm swarm;
  private final Dialer dialer;
  private final Transports transports;
  private final Map<Multiaddr, Listener> listeners = new ConcurrentHashMap<>();
  private final ReentrantLock listenersChange = new ReentrantLock();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  BasicHost(HostParts parts) {
    this.parts = parts;
    this.id = parts.localPeer();
    this.registry = parts.registry();
    this.events = parts.events();
    this.swarm = parts.swarm();
    this.dialer = parts.dialer();
    this.transports = parts.transports();
  }

  static CompletableFuture<Host> start(HostBuilder builder) {
    HostParts parts;
    try {
      parts = HostParts.assemble(builder);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
    var host = new BasicHost(parts);
    parts.startServices(host);
    var bound = builder.listen.stream().map(host::listen).toArray(CompletableFuture<?>[]::new);
    var started = new CompletableFuture<Host>();
    CompletableFuture.allOf(bound)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                started.complete(host);
              } else {
                host.shutdown(Duration.ZERO)
                    .whenComplete((none, ignored) -> started.completeExceptionally(failure));
              }
            });
    return started;
  }

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public AddrInfo addrInfo() {
    return new AddrInfo(id, listenAddresses());
  }

  /** The bound addresses, wildcards resolved to this machine's interfaces. */
  List<Multiaddr> listenAddresses() {
    Set<Multiaddr> all = new LinkedHashSet<>();
    listeners.keySet().stream()
        .sorted()
        .forEach(bound -> all.addAll(parts.interfaces().expand(bound)));
    return List.copyOf(all);
  }

  @Override
  public Peerstore peerstore() {
    return parts.peerstore();
  }

  @Override
  public ServiceContext context() {
    return parts;
  }

  @Override
  public ConnectionManager connectionManager() {
    return parts.connectionManager();
  }

  @Override
  public List<Connection> connections() {
    return List.copyOf(swarm.connections());
  }

  @Override
  public List<Connection> connections(PeerId peer) {
    return swarm.connections(peer);
  }

  @Override
  public Set<ProtocolId> protocols() {
    return registry.protocols();
  }

  @Override
  public CompletableFuture<Connection> connect(AddrInfo peer, DialOptions options) {
    if (peer.id().equals(id)) {
      return CompletableFuture.failedFuture(
          new DialException(peer.id(), "a host does not dial itself", List.of()));
    }
    if (stopping.get()) {
      return CompletableFuture.failedFuture(new P2pException("the host is shutting down"));
    }
    SwarmConnection open = options.forceNew() ? null : swarm.best(peer.id());
    if (open != null) {
      return CompletableFuture.completedFuture(open);
    }
    var addresses = new LinkedHashSet<>(peer.addresses());
    addresses.addAll(parts.peerstore().addresses(peer.id()));
    return dialer.dial(peer.id(), List.copyOf(addresses), options.timeout(), options.forceNew());
  }

  @Override
  public CompletableFuture<Stream> newStream(
      PeerId peer, StreamOptions options, ProtocolId... preferred) {
    SwarmConnection open = swarm.best(peer);
    if (open != null) {
      return open.openStream(options, preferred);
    }
    var result = new CompletableFuture<Stream>();
    CompletableFuture<Connection> dial = connect(AddrInfo.of(peer), DialOptions.DEFAULT);
    dial.whenComplete(
        (connection, failure) -> {
          if (failure != null) {
            result.completeExceptionally(failure);
            return;
          }
          CompletableFuture<Stream> opening = connection.openStream(options, preferred);
          opening.whenComplete(
              (stream, refused) -> {
                if (refused != null) {
                  result.completeExceptionally(refused);
                } else {
                  result.complete(stream);
                }
              });
          result.whenComplete((stream, none) -> cancelWith(result, opening));
        });
    result.whenComplete((stream, none) -> cancelWith(result, dial));
    return result;
  }

  private static void cancelWith(CompletableFuture<?> result, CompletableFuture<?> work) {
    if (result.isCancelled()) {
      work.cancel(false);
    }
  }

  @Override
  public Registration handle(ProtocolId protocol, StreamHandler handler) {
    return registry.handle(protocol, handler);
  }

  @Override
  public <E extends HostEvent> Registration on(Class<E> type, Consumer<? super E> listener) {
    return events.on(type, listener);
  }

  @Override
  public CompletableFuture<Multiaddr> listen(Multiaddr address) {
    Multiaddr plain = address.withoutPeerId();
    Transport transport = transports.listening(plain);
    if (transport == null) {
      return CompletableFuture.failedFuture(
          new P2pException(
              transports.noneBecause("no transport on the class path listens on " + address)));
    }
    if (stopping.get()) {
      return CompletableFuture.failedFuture(new P2pException("the host is shutting down"));
    }
    return transport.listen(plain, swarm::register).thenApply(this::onListening);
  }

  private Multiaddr onListening(Listener listener) {
    boolean taken =
        changeListeners(
            () -> {
              listeners.put(listener.address(), listener);
              return true;
            });
    if (!taken) {
      listener.close();
      throw new P2pException("the host is shutting down");
    }
    LOG.info("listening address={} peer={}", listener.address(), id);
    return listener.address();
  }

  /** Changes the table and tells it, so that the last event told is of the last change. */
  private boolean changeListeners(BooleanSupplier change) {
    listenersChange.lock();
    try {
      if (stopping.get() || !change.getAsBoolean()) {
        return false;
      }
      events.publish(new HostEvent.ListenAddressesChanged(listenAddresses()));
      return true;
    } finally {
      listenersChange.unlock();
    }
  }

  @Override
  public CompletableFuture<Void> unlisten(Multiaddr bound) {
    Multiaddr plain = bound.withoutPeerId();
    Listener listener = listeners.get(plain);
    if (listener == null || !changeListeners(() -> listeners.remove(plain, listener))) {
      return CompletableFuture.failedFuture(new P2pException("not listening on " + bound));
    }
    LOG.info("no longer listening address={} peer={}", listener.address(), id);
    return listener.close();
  }

  @Override
  public CompletableFuture<Void> shutdown(Duration grace) {
    if (stopping.compareAndSet(false, true)) {
      var ends = new ArrayList<CompletableFuture<?>>();
      listenersChange.lock();
      try {
        listeners.values().forEach(listener -> ends.add(listener.close()));
        listeners.clear();
      } finally {
        listenersChange.unlock();
      }
      ends.add(swarm.shutdown(grace));
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .whenComplete(
              (done, failure) -> {
                transports.close();
                parts.stop();
                stopped.complete(null);
              });
    }
    return stopped.copy();
  }

  @Override
  public void close() {
    CompletableFuture<Void> done = shutdown(Duration.ZERO);
    if (parts.onLoopThread()) {
      return;
    }
    try {
      done.get(CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      LOG.warn("host did not close within {}", CLOSE_LIMIT);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      LOG.warn("host closed with a failure", impossible);
    }
    parts.awaitStopped();
  }

  @Override
  public String toString() {
    return "host " + id;
  }
}
