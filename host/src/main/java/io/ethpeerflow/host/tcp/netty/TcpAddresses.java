package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Multiaddrs of plain TCP to socket addresses and back. */
final class TcpAddresses {
  private static final Set<Protocol> ALLOWED =
      EnumSet.of(Protocol.IP4, Protocol.IP6, Protocol.IP6ZONE, Protocol.TCP);

  private TcpAddresses() {}

  /** The socket address, or null when the multiaddr is not just an IP address and a TCP port. */
  static @Nullable InetSocketAddress toSocket(Multiaddr address) {
    List<Protocol> protocols = address.protocols();
    if (!ALLOWED.containsAll(protocols) || !protocols.contains(Protocol.TCP)) {
      return null;
    }
    return address.socketAddress();
  }

  static Multiaddr ofSocket(InetSocketAddress socket) {
    return Multiaddr.ofTcp(socket);
  }
}
