package io.ethpeerflow.quic;

import io.ethpeerflow.wire.multiaddr.Component;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Multiaddrs of QUIC version 1 to socket addresses and back. */
public final class QuicAddresses {
  private static final Set<Protocol> ALLOWED =
      EnumSet.of(Protocol.IP4, Protocol.IP6, Protocol.IP6ZONE, Protocol.UDP, Protocol.QUIC_V1);
  private static final Component QUIC_V1 = new Component.Flag(Protocol.QUIC_V1);

  private QuicAddresses() {}

  /**
   * The socket address, or null when the multiaddr is not just an IP address, a UDP port and {@code
   * quic-v1}.
   */
  public static @Nullable InetSocketAddress toSocket(Multiaddr address) {
    // [spec quic/address]
    List<Protocol> protocols = address.protocols();
    if (!ALLOWED.containsAll(protocols)
        || !protocols.contains(Protocol.UDP)
        || protocols.getLast() != Protocol.QUIC_V1) {
      return null;
    }
    return address.socketAddress();
  }

  /** {@code /ip4|ip6/.../udp/.../quic-v1}. */
  public static Multiaddr ofSocket(InetSocketAddress socket) {
    return Multiaddr.ofUdp(socket).encapsulate(QUIC_V1);
  }
}
