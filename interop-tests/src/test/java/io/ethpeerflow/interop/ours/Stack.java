package io.ethpeerflow.interop.ours;

import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.TransportProvider;
import io.ethpeerflow.host.tcp.netty.TcpTransportProvider;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.quic.netty.QuicTransportProvider;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.multiaddr.Protocol;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What lies below the streams: a transport, and over TCP a security protocol and a muxer. A host of
 * ours in these tests has exactly one; its peers have all, and listen on every transport.
 */
public enum Stack {
  /** TCP, Noise XX, Yamux. */
  TCP_NOISE(Protocol.TCP, "/noise", "/yamux/1.0.0"),
  /** TCP, TLS 1.3, Yamux. */
  TCP_TLS(Protocol.TCP, "/tls/1.0.0", "/yamux/1.0.0"),
  /** QUIC, which brings security and muxer. */
  QUIC_V1(Protocol.QUIC_V1, "/tls/1.0.0", "quic");

  /** Every stack. */
  public static final Set<Stack> ALL = Collections.unmodifiableSet(EnumSet.allOf(Stack.class));

  /** Those that negotiate security and muxer. */
  public static final Set<Stack> OVER_TCP =
      Collections.unmodifiableSet(EnumSet.of(TCP_NOISE, TCP_TLS));

  /** For what depends on the transport only. */
  public static final Set<Stack> ONE_PER_TRANSPORT =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(TCP_TLS)));

  private final Protocol transport;
  private final String security;
  private final String muxer;

  Stack(Protocol transport, String security, String muxer) {
    this.transport = transport;
    this.security = security;
    this.muxer = muxer;
  }

  /** What the system property {@code peerflow.interop.stack} lists, or all. */
  public static Set<Stack> chosen() {
    String only = System.getProperty("peerflow.interop.stack", "");
    return only.isEmpty()
        ? ALL
        : Arrays.stream(only.split(","))
            .map(name -> valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Stack.class)));
  }

  /** A part that only addresses of its transport have. */
  public Protocol transport() {
    return transport;
  }

  /** What {@code Connection.transport()} says. */
  public String transportName() {
    return transport.text();
  }

  /** What {@code Connection.security()} says. */
  public String security() {
    return security;
  }

  /** What {@code Connection.muxer()} says. */
  public String muxer() {
    return muxer;
  }

  /** Where to listen on a port that the system chooses, reachable from containers. */
  public String listenAddress() {
    return this == QUIC_V1 ? "/ip4/0.0.0.0/udp/0/quic-v1" : "/ip4/0.0.0.0/tcp/0";
  }

  /** A command line that has an address of its transport, made to use it. */
  public String[] arguments(String... command) {
    Stream<String> more =
        this == QUIC_V1 ? Stream.empty() : Stream.of("--security", securityName());
    return Stream.concat(Stream.of(command), more).toArray(String[]::new);
  }

  /** How the contracts of unified testing name it. */
  public Map<String, String> environment() {
    return this == QUIC_V1
        ? Map.of("TRANSPORT", "quic-v1")
        : Map.of("TRANSPORT", "tcp", "SECURE_CHANNEL", securityName(), "MUXER", "yamux");
  }

  private String securityName() {
    return this == TCP_NOISE ? "noise" : "tls";
  }

  TransportProvider transportProvider() {
    return this == QUIC_V1 ? new QuicTransportProvider() : new TcpTransportProvider();
  }

  /** The security protocol to offer; null where the transport brings its own. */
  @Nullable SecurityProtocol createSecurity() {
    return switch (this) {
      case TCP_NOISE -> new NoiseSecurity();
      case TCP_TLS -> new TlsSecurity(InstantSource.system());
      case QUIC_V1 -> null;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
