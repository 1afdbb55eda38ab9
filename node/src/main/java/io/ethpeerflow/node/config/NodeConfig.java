package io.ethpeerflow.node.config;

import io.ethpeerflow.node.logging.LoggingSettings;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code config.yaml} says.
 *
 * @param dataDir where the node keeps what it must remember; null is {@code ethpeerflow} in the
 *     user's XDG data folder
 * @param identityKey the file with the node's private key; null is {@code identity.key} in the data
 *     folder
 * @param listen where the node listens, at most {@value #MAX_ADDRESSES}; {@link #DEFAULT_LISTEN}
 *     moves to the next free port when its own is taken, any other list is taken literally
 * @param security security protocols over TCP, best first; QUIC brings its own
 * @param quic connections over QUIC
 * @param peers peers to stay connected with, at most {@value #MAX_ADDRESSES} addresses
 * @param limits the budget
 * @param protocols which protocols are served
 * @param metricsListen where {@code /metrics} and {@code /health} are served; null is nowhere
 * @param logging what is logged, and how
 */
public record NodeConfig(
    @Nullable Path dataDir,
    @Nullable Path identityKey,
    List<Multiaddr> listen,
    List<SecurityChoice> security,
    QuicConfig quic,
    List<AddrInfo> peers,
    LimitsSettings limits,
    ProtocolSettings protocols,
    @Nullable InetSocketAddress metricsListen,
    LoggingSettings logging) {
  /** The most addresses a list may have. */
  public static final int MAX_ADDRESSES = 256;

  /** Port 4001 of all interfaces, TCP and QUIC. */
  public static final List<Multiaddr> DEFAULT_LISTEN =
      List.of(
          Multiaddr.of("/ip4/0.0.0.0/tcp/4001"),
          Multiaddr.of("/ip6/::/tcp/4001"),
          Multiaddr.of("/ip4/0.0.0.0/udp/4001/quic-v1"),
          Multiaddr.of("/ip6/::/udp/4001/quic-v1"));

  /** What {@code peerflow config --defaults} prints. */
  public static final NodeConfig DEFAULT =
      new NodeConfig(
          null,
          null,
          DEFAULT_LISTEN,
          List.of(SecurityChoice.NOISE, SecurityChoice.TLS),
          QuicConfig.DEFAULT,
          List.of(),
          LimitsSettings.DEFAULT,
          ProtocolSettings.DEFAULT,
          null,
          LoggingSettings.DEFAULT);

  /**
   * Which protocols are served besides identify.
   *
   * @param ping default true
   * @param echo default false; it costs bandwidth
   * @param perf default false; it costs bandwidth
   */
  public record ProtocolSettings(boolean ping, boolean echo, boolean perf) {
    /** Only ping. */
    public static final ProtocolSettings DEFAULT = new ProtocolSettings(true, false, false);
  }

  /** Copies the lists and checks that they can be used. */
  public NodeConfig {
    listen = List.copyOf(listen);
    security = List.copyOf(security);
    peers = List.copyOf(peers);
    if (listen.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException(
          "listen: " + listen.size() + " addresses, allowed are " + MAX_ADDRESSES);
    }
    if (peers.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException(
          "peers: " + peers.size() + " addresses, allowed are " + MAX_ADDRESSES);
    }
    if (security.isEmpty() || security.stream().distinct().count() != security.size()) {
      throw new IllegalArgumentException("security: one or more of noise and tls, each once");
    }
  }

  /** With another {@link #dataDir}. */
  public NodeConfig withDataDir(Path folder) {
    return new NodeConfig(
        folder,
        identityKey,
        listen,
        security,
        quic,
        peers,
        limits,
        protocols,
        metricsListen,
        logging);
  }

  /** Whether {@link #listen} may move to another port. */
  public boolean mayMovePort() {
    return listen.equals(DEFAULT_LISTEN);
  }
}
