package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.host.HostBuilder;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.connections.ConnectionsConfig;
import io.ethpeerflow.host.dial.DialConfig;
import io.ethpeerflow.host.identify.IdentifyConfig;
import io.ethpeerflow.host.identify.PushConfig;
import io.ethpeerflow.host.peerstore.PeerstoreConfig;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.host.swarm.SwarmConfig;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Collectors;

/**
 * The hosts of the soak: of the node's default kind, but with limits that can be reached, memories
 * that are full before the warm-up ends, and times that pass within one cycle.
 */
final class SoakHosts {
  /** Connections that one peer may have to the host under test. */
  static final int CONNECTIONS_PER_PEER = 16;

  /** Streams of one protocol that one peer may have open to it. */
  static final int STREAMS_PER_PEER = 256;

  private static final String LISTEN = "/ip4/127.0.0.1/tcp/0";
  private static final long MEMORY_BYTES = 64L << 20;
  private static final int DESCRIPTORS = 128;
  private static final int REMEMBERED_PEERS = 64;
  private static final int REMEMBERED_ADDRESSES = 64;
  private static final ConnectionsConfig CONNECTIONS =
      new ConnectionsConfig(32, 64, Duration.ofSeconds(2), Duration.ofSeconds(2), REMEMBERED_PEERS);

  private SoakHosts() {}

  /** The budget of the host under test: 64 MiB, 96 connections, and 256 streams of one kind. */
  static LimitsConfig limitsOfSubject() {
    LimitsConfig scaled = LimitsConfig.scaled(MEMORY_BYTES, DESCRIPTORS);
    return scaled.withProtocolPeer(
        scaled.protocolPeer().withStreams(STREAMS_PER_PEER, STREAMS_PER_PEER, STREAMS_PER_PEER));
  }

  /** The host under test. */
  static Host subject(Limits limits) throws Exception {
    return start(builder(KeyType.ED25519, 0, "noise", "tls").limits(limits).listen(LISTEN));
  }

  /**
   * A host that makes traffic; its own limits are far from reached.
   *
   * @param security {@code noise} and {@code tls}, best first
   */
  static Host maker(KeyType keyType, String... security) throws Exception {
    return start(builder(keyType, 0, security).listen(LISTEN));
  }

  /** A host of a new identity that only dials, with one loop. */
  static Host stranger(String... security) throws Exception {
    return start(builder(KeyType.ED25519, 1, security));
  }

  /** The full addresses of a host, with blanks between. */
  static String describe(Host host) {
    return host.addrInfo().fullAddresses().stream()
        .map(Multiaddr::toString)
        .collect(Collectors.joining(" "));
  }

  private static HostBuilder builder(KeyType keyType, int loops, String... security) {
    DialConfig dial = DialConfig.DEFAULT;
    HostConfig config =
        HostConfig.DEFAULT
            .withLoopThreads(loops)
            .withDial(
                new DialConfig(
                    Duration.ofSeconds(3),
                    dial.maxAddresses(),
                    dial.perPeerInFlight(),
                    dial.totalInFlight(),
                    dial.staggerDelay(),
                    dial.privateStaggerDelay(),
                    Duration.ofMillis(100),
                    Duration.ofMillis(400),
                    REMEMBERED_ADDRESSES,
                    dial.blackHoles()))
            .withIdentify(
                IdentifyConfig.DEFAULT
                    .withAddressTimeToLive(Duration.ofSeconds(30))
                    .withPush(PushConfig.DEFAULT.withDelay(Duration.ofMillis(50))))
            .withSwarm(new SwarmConfig(Duration.ofSeconds(2), Duration.ofSeconds(1)))
            .withPeerstore(new PeerstoreConfig(REMEMBERED_PEERS, 16, 64))
            .withPing(PingConfig.DEFAULT.withMaxInboundPerPeer(8))
            .withConnections(CONNECTIONS);
    var securities = new SecurityProtocol[security.length];
    for (int i = 0; i < security.length; i++) {
      securities[i] =
          security[i].equals("tls") ? new TlsSecurity(InstantSource.system()) : new NoiseSecurity();
    }
    return Libp2p.host()
        .identity(PrivateKey.generate(keyType, new SecureRandom()))
        .security(securities)
        .config(config);
  }

  private static Host start(HostBuilder builder) throws Exception {
    return Await.result("the start of a host", builder.start());
  }
}
