package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.multistream.MultistreamConfig;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a host. Transports' connections become {@link SwarmConnection}s here, whoever
 * dialed; after a simultaneous dial the surplus one stays until it is idle, then it is drained. Any
 * thread.
 */
public final class Swarm {
  private final PeerId local;
  private final Loop loop;
  private final SwarmConfig config;
  private final ConnectionOrder order;
  private final EventBus events;
  private final StreamContext streams;
  private final Metrics.Counter openedInbound;
  private final Metrics.Counter openedOutbound;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<PeerId, List<SwarmConnection>> byPeer = new LinkedHashMap<>();
  private final List<Consumer<SwarmConnection>> starters = new ArrayList<>();
  private int open;
  private boolean closed;

  /** A swarm without connections. */
  public Swarm(
      PeerId local,
      Loop loop,
      SwarmConfig config,
      ProtocolRegistry registry,
      MultistreamConfig multistream,
      EventBus events,
      Metrics metrics) {
    this.local = local;
    this.loop = loop;
    this.config = config;
    this.order = new ConnectionOrder(local);
    this.events = events;
    this.streams = new StreamContext(registry, multistream, config.inboundNegotiationTimeout());
    this.openedInbound = metrics.counter("peerflow.connections.opened", "direction", "inbound");
    this.openedOutbound = metrics.counter("peerflow.connections.opened", "direction", "outbound");
    metrics.gauge("peerflow.connections.open", this::size);
  }

  /** Runs for each new connection, on its loop, before it takes streams. Before the first one. */
  public void onEachConnection(Consumer<SwarmConnection> starter) {
    starters.add(starter);
  }

  /** Takes over a transport's connection. On that connection's loop. */
  public SwarmConnection register(MuxedConnection muxed) {
    var connection = new SwarmConnection(muxed, streams);
    PeerId peer = connection.remotePeer();
    boolean first;
    boolean refused;
    lock.lock();
    try {
      refused = closed || peer.equals(local);
      first = !refused && !byPeer.containsKey(peer);
      if (!refused) {
        byPeer.computeIfAbsent(peer, key -> new ArrayList<>(1)).add(connection);
        open++;
      }
    } finally {
      lock.unlock();
    }
    if (refused) {
      connection.onEnd(reason -> {});
      muxed.close(peer.equals(local) ? ConnectionErrorCode.GATED : ConnectionErrorCode.SHUTDOWN);
      return connection;
    }
    switch (muxed.direction()) {
      case INBOUND -> openedInbound.increment();
      case OUTBOUND -> openedOutbound.increment();
    }
    connection.onEnd(reason -> onClosed(connection, reason));
    if (first) {
      events.publish(new HostEvent.PeerConnected(peer));
    }
    // [spec connections/events]
    events.publish(new HostEvent.ConnectionOpened(connection));
    connection.start();
    starters.forEach(starter -> starter.accept(connection));
    if (!first) {
      scheduleSupplantCheck(peer);
    }
    return connection;
  }

  private void onClosed(SwarmConnection connection, CloseReason reason) {
    PeerId peer = connection.remotePeer();
    boolean last = false;
    lock.lock();
    try {
      List<SwarmConnection> ofPeer = byPeer.get(peer);
      if (ofPeer != null && ofPeer.remove(connection)) {
        open--;
        if (ofPeer.isEmpty()) {
          byPeer.remove(peer);
          last = true;
        }
      }
    } finally {
      lock.unlock();
    }
    // [spec connections/events]
    events.publish(new HostEvent.ConnectionClosed(connection, reason));
    if (last) {
      events.publish(new HostEvent.PeerDisconnected(peer));
    }
  }

  private void scheduleSupplantCheck(PeerId peer) {
    loop.schedule(config.supplantCheckInterval().toNanos(), () -> drainSupplanted(peer));
  }

  private void drainSupplanted(PeerId peer) {
    List<SwarmConnection> ofPeer = snapshot(peer);
    SwarmConnection best = best(peer);
    if (best == null) {
      return;
    }
    boolean someLeft = false;
    for (SwarmConnection other : ofPeer) {
      if (other != best && other.isOpen() && order.isSupplantedBy(other, best)) {
        if (other.streamCount() == 0) {
          other.close(ConnectionErrorCode.SUPPLANTED);
        } else {
          someLeft = true;
        }
      }
    }
    if (someLeft) {
      scheduleSupplantCheck(peer);
    }
  }

  /** The connection that new streams to a peer use, or null. */
  public @Nullable SwarmConnection best(PeerId peer) {
    return snapshot(peer).stream().filter(SwarmConnection::isOpen).min(order).orElse(null);
  }

  private List<SwarmConnection> snapshot(PeerId peer) {
    lock.lock();
    try {
      List<SwarmConnection> ofPeer = byPeer.get(peer);
      return ofPeer == null ? List.of() : List.copyOf(ofPeer);
    } finally {
      lock.unlock();
    }
  }

  /** The connections to a peer, best first: a snapshot. */
  public List<Connection> connections(PeerId peer) {
    return snapshot(peer).stream().map(Connection.class::cast).sorted(order).toList();
  }

  /** All connections: a snapshot. */
  public List<SwarmConnection> connections() {
    lock.lock();
    try {
      return byPeer.values().stream().flatMap(List::stream).toList();
    } finally {
      lock.unlock();
    }
  }

  /** How many connections are open. */
  public int size() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses further connections and drains those there are. */
  public CompletableFuture<Void> shutdown(Duration grace) {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    var ends = new ArrayList<CompletableFuture<?>>();
    for (SwarmConnection connection : connections()) {
      ends.add(connection.closed());
      if (grace.isZero()) {
        connection.close(ConnectionErrorCode.SHUTDOWN);
      } else {
        connection.drain(grace);
      }
    }
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }
}
