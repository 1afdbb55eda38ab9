package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.event.HostEvent.IdentifyFailed;
import io.ethpeerflow.core.event.HostEvent.PeerDisconnected;
import io.ethpeerflow.core.event.HostEvent.PeerIdentified;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ScopeLimits;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.connections.ConnectionsConfig;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A host that serves every protocol of the contract. Its configuration is the default one, but that
 * nothing trims connections and 8,192 of them are allowed: the peers of the other implementations
 * run without any such limit.
 */
final class PeerHost implements AutoCloseable {
  /** For anything that moves little data. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int MAX_CONNECTIONS = 8192;

  private final PeerOptions options;
  private final Host host;
  private final Map<PeerId, CompletableFuture<Identity>> identities = new ConcurrentHashMap<>();

  /**
   * What identify told that the peerstore does not keep.
   *
   * @param agentVersion of the remote
   * @param protocolVersion of the remote
   * @param observedAddress how the remote sees us; null when it did not say
   */
  record Identity(
      String agentVersion, String protocolVersion, @Nullable Multiaddr observedAddress) {}

  private PeerHost(PeerOptions options, Host host) {
    this.options = options;
    this.host = host;
  }

  /** Starts a host with a new identity that listens and serves as the options say. */
  static PeerHost start(PeerOptions options) {
    PeerHost peer = create(options, config(options));
    Host host = peer.host();
    peer.watchIdentify();
    Echo.serve(host);
    Perf.serve(host);
    ScenarioProtocols.serve(host);
    options.protocols().forEach(peer::serveEcho);
    for (Multiaddr address : options.listen()) {
      Waits.result(LIMIT, host.listen(address));
    }
    return peer;
  }

  /** Starts a host with a new identity for one connection that is kept and not used. */
  static PeerHost startIdle(PeerOptions options) {
    return create(options, config(options).withLoopThreads(1));
  }

  private static PeerHost create(PeerOptions options, HostConfig config) {
    return new PeerHost(
        options,
        Waits.result(
            LIMIT,
            Libp2p.host()
                .identity(PrivateKey.generate(options.keyType(), new SecureRandom()))
                .security(options.createSecurities())
                .config(config)
                .start()));
  }

  /** The configuration of a host that offers what {@code options} say. */
  private static HostConfig config(PeerOptions options) {
    HostConfig config = HostConfig.DEFAULT;
    LimitsConfig limits = LimitsConfig.DEFAULT;
    ScopeLimits system = limits.system();
    return config
        .withUpgrade(config.upgrade().withEarlyMuxer(options.earlyMuxer()))
        .withConnections(ConnectionsConfig.DEFAULT.withWaterMarks(MAX_CONNECTIONS, MAX_CONNECTIONS))
        .withLimits(
            limits.withSystem(
                new ScopeLimits(
                    MAX_CONNECTIONS,
                    MAX_CONNECTIONS,
                    MAX_CONNECTIONS,
                    system.inboundStreams(),
                    system.outboundStreams(),
                    system.streams(),
                    system.memoryBytes(),
                    MAX_CONNECTIONS)));
  }

  private void watchIdentify() {
    host.on(
        PeerIdentified.class,
        event ->
            identity(event.connection().remotePeer())
                .complete(
                    new Identity(
                        event.agentVersion(), event.protocolVersion(), event.observedAddress())));
    host.on(
        IdentifyFailed.class,
        event -> identity(event.connection().remotePeer()).completeExceptionally(event.cause()));
    host.on(PeerDisconnected.class, event -> identities.remove(event.peer()));
  }

  private CompletableFuture<Identity> identity(PeerId peer) {
    return identities.computeIfAbsent(peer, key -> new CompletableFuture<>());
  }

  PeerOptions options() {
    return options;
  }

  Host host() {
    return host;
  }

  /** The listen addresses, each ending in {@code /p2p/ID}. */
  List<String> fullAddresses() {
    return host.addrInfo().fullAddresses().stream().map(Multiaddr::toString).toList();
  }

  void serveEcho(ProtocolId protocol) {
    host.handle(protocol, Echo::echo);
  }

  /** The open connection to a peer, or a new one to the address given. */
  Connection connection(String address) {
    return Waits.result(LIMIT, host.connect(AddrInfo.of(Multiaddr.of(address))));
  }

  /** A new connection, whatever is open already. */
  CompletableFuture<Connection> dial(AddrInfo peer) {
    return host.connect(peer, DialOptions.DEFAULT.withForceNew(true));
  }

  /** What identify told of a connected peer; waits for it. */
  Identity identified(PeerId peer) {
    return Waits.result(LIMIT, identity(peer));
  }

  /** Closes every connection to a peer. */
  void disconnect(PeerId peer) {
    for (Connection connection : host.connections(peer)) {
      connection.close(ConnectionErrorCode.NO_ERROR);
      Waits.result(LIMIT, connection.closed());
    }
  }

  @Override
  public void close() {
    host.close();
  }
}
