package io.ethpeerflow.core.limits;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The {@link Limits} of a host.
 *
 * <p>What is charged where:
 *
 * <table>
 * <caption>Scopes by what is charged</caption>
 * <tr><th>charged</th><th>scopes</th></tr>
 * <tr><td>a connection, its descriptor</td><td>system, peer (until it is known: transient)</td></tr>
 * <tr><td>a stream</td><td>system, peer, connection, protocol and protocol-peer (until the protocol
 *     is known: transient)</td></tr>
 * <tr><td>memory of a connection</td><td>system, peer or transient, connection</td></tr>
 * <tr><td>memory of a stream</td><td>as the stream, and the stream's own limit</td></tr>
 * </table>
 *
 * <p>A reservation is taken in all of its scopes or in none: they are taken one after the other,
 * narrowest first, and taken back when a later one refuses. While that happens another thread may
 * be refused by what is about to be returned, so a scope may refuse a little early under contention
 * at its limit, and never lets more through.
 *
 * <p>Memory is taken from the shared scopes in chunks of {@link LimitsConfig#memoryChunkBytes} and
 * handed out by each connection on its own loop without touching shared counters. When a scope runs
 * short, chunks shrink to what is needed, and what connections keep in store is returned the next
 * time they return anything; so what lies idle is bounded by one or two chunks for each connection
 * and for each protocol that is open on it.
 *
 * <p>Scopes of peers and protocols exist while a connection or stream holds them, so the maps are
 * no larger than what the limits let through. Any thread may call.
 */
public final class ResourceManager implements Limits {
  private static final Resource[] RESOURCES = Resource.values();

  private final LimitsConfig config;
  private final Metrics metrics;
  private final SharedScope system;
  private final SharedScope transients;
  private final Map<PeerId, SharedScope> peers = new ConcurrentHashMap<>();
  private final Map<ProtocolId, SharedScope> protocols = new ConcurrentHashMap<>();
  private final Map<ProtocolPeer, SharedScope> protocolPeers = new ConcurrentHashMap<>();
  private final Set<ConnectionReservation> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong nextConnection = new AtomicLong(1);
  private final Map<Refusal, Metrics.Counter> refusals = new ConcurrentHashMap<>();

  private record Refusal(SharedScope.Kind kind, Resource resource) {}

  private record ProtocolPeer(ProtocolId protocol, PeerId peer) {
    @Override
    public String toString() {
      return "protocol:" + protocol + " peer:" + peer;
    }
  }

  /**
   * Starts with nothing in use.
   *
   * @param metrics gets gauges of the system's and the transient scope ({@code limits.used} and
   *     {@code limits.allowed} by {@code scope} and {@code limit}), of the number of scopes ({@code
   *     limits.scopes} by {@code kind}), and a counter of refusals ({@code limits.refused} by
   *     {@code scope} kind and {@code limit})
   */
  public ResourceManager(LimitsConfig config, Metrics metrics) {
    this.config = config;
    this.metrics = metrics;
    this.system = permanent(SharedScope.Kind.SYSTEM, config.system());
    this.transients = permanent(SharedScope.Kind.TRANSIENT, config.transients());
    metrics.gauge("limits.scopes", peers::size, "kind", "peer");
    metrics.gauge("limits.scopes", protocols::size, "kind", "protocol");
    metrics.gauge("limits.scopes", protocolPeers::size, "kind", "protocol-peer");
    metrics.gauge("limits.scopes", connections::size, "kind", "connection");
  }

  private SharedScope permanent(SharedScope.Kind kind, ScopeLimits limits) {
    var scope = new SharedScope(kind, kind::label, limits, this::countRefusal);
    for (Resource resource : RESOURCES) {
      String label = resource.label();
      metrics.gauge(
          "limits.used", () -> scope.used(resource), "scope", kind.label(), "limit", label);
      metrics.gauge(
          "limits.allowed", () -> limits.of(resource), "scope", kind.label(), "limit", label);
    }
    return scope;
  }

  @Override
  public ConnectionScope openConnection(Direction direction, boolean usesDescriptor) {
    addConnection(transients, direction, usesDescriptor);
    try {
      addConnection(system, direction, usesDescriptor);
    } catch (ResourceLimitException refused) {
      removeConnection(transients, direction, usesDescriptor);
      throw refused;
    }
    var connection =
        new ConnectionReservation(
            this, nextConnection.getAndIncrement(), direction, usesDescriptor);
    connections.add(connection);
    return connection;
  }

  /**
   * What every scope has in use. Costs an object per scope: for operators, not for every packet.
   */
  public LimitsUsage usage() {
    return new LimitsUsage(
        system.usage(),
        transients.usage(),
        usages(peers.values()),
        usages(protocols.values()),
        usages(protocolPeers.values()),
        connections.stream()
            .sorted(Comparator.comparingLong(ConnectionReservation::id))
            .map(ConnectionReservation::usage)
            .toList());
  }

  private static List<ScopeUsage> usages(Collection<SharedScope> scopes) {
    var list = new ArrayList<ScopeUsage>();
    for (SharedScope scope : scopes) {
      list.add(scope.usage());
    }
    list.sort(Comparator.comparing(ScopeUsage::scope));
    return list;
  }

  static void addConnection(SharedScope scope, Direction direction, boolean usesDescriptor) {
    scope.addConnection(direction);
    if (usesDescriptor) {
      try {
        scope.addDescriptor();
      } catch (ResourceLimitException refused) {
        scope.removeConnection(direction);
        throw refused;
      }
    }
  }

  static void removeConnection(SharedScope scope, Direction direction, boolean usesDescriptor) {
    scope.removeConnection(direction);
    if (usesDescriptor) {
      scope.removeDescriptor();
    }
  }

  SharedScope holdPeer(PeerId id, Direction direction, boolean usesDescriptor) {
    SharedScope scope =
        hold(
            peers,
            id,
            () ->
                new SharedScope(
                    SharedScope.Kind.PEER, () -> "peer:" + id, config.of(id), this::countRefusal));
    try {
      addConnection(scope, direction, usesDescriptor);
    } catch (ResourceLimitException refused) {
      drop(peers, id);
      throw refused;
    }
    return scope;
  }

  void dropPeer(PeerId id, Direction direction, boolean usesDescriptor) {
    SharedScope scope = peers.get(id);
    if (scope != null) {
      removeConnection(scope, direction, usesDescriptor);
      drop(peers, id);
    }
  }

  SharedScope holdProtocol(ProtocolId id) {
    return hold(
        protocols,
        id,
        () ->
            new SharedScope(
                SharedScope.Kind.PROTOCOL,
                () -> "protocol:" + id,
                config.of(id),
                this::countRefusal));
  }

  void dropProtocol(ProtocolId id) {
    drop(protocols, id);
  }

  SharedScope holdProtocolPeer(ProtocolId protocol, PeerId peer) {
    var key = new ProtocolPeer(protocol, peer);
    return hold(
        protocolPeers,
        key,
        () ->
            new SharedScope(
                SharedScope.Kind.PROTOCOL_PEER,
                key::toString,
                config.protocolPeer(),
                this::countRefusal));
  }

  void dropProtocolPeer(ProtocolId protocol, PeerId peer) {
    drop(protocolPeers, new ProtocolPeer(protocol, peer));
  }

  private static <K> SharedScope hold(
      Map<K, SharedScope> map, K key, Supplier<SharedScope> factory) {
    return map.compute(
        key,
        (same, existing) -> {
          SharedScope scope = existing == null ? factory.get() : existing;
          scope.holders++;
          return scope;
        });
  }

  private static <K> void drop(Map<K, SharedScope> map, K key) {
    map.computeIfPresent(key, (same, scope) -> --scope.holders == 0 ? null : scope);
  }

  void forget(ConnectionReservation connection) {
    connections.remove(connection);
  }

  void countRefusal(SharedScope.Kind kind, Resource resource) {
    refusals.computeIfAbsent(new Refusal(kind, resource), this::refusalCounter).increment();
  }

  private Metrics.Counter refusalCounter(Refusal refusal) {
    return metrics.counter(
        "limits.refused", "scope", refusal.kind().label(), "limit", refusal.resource().label());
  }

  LimitsConfig config() {
    return config;
  }

  SharedScope system() {
    return system;
  }

  SharedScope transients() {
    return transients;
  }
}
