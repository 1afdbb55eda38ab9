package io.ethpeerflow.host;

import io.ethpeerflow.wire.multiaddr.Component;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.List;

/** The interfaces of this machine; link-local IPv6 addresses are left out, they need a zone. */
final class SystemInterfaces implements LocalInterfaces {
  @Override
  public List<Multiaddr> expand(Multiaddr bound) {
    List<Component> components = bound.components();
    if (components.isEmpty()
        || !(components.get(0) instanceof Component.Ip ip)
        || !ip.address().isAnyLocalAddress()) {
      return List.of(bound);
    }
    boolean ip4 = ip.protocol() == Protocol.IP4;
    try {
      List<Multiaddr> found =
          Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
              .filter(SystemInterfaces::isUp)
              .flatMap(NetworkInterface::inetAddresses)
              .filter(address -> (address instanceof Inet4Address) == ip4)
              .filter(address -> ip4 || !address.isLinkLocalAddress())
              .map(address -> withIp(components, address))
              .toList();
      return found.isEmpty() ? List.of(bound) : found;
    } catch (SocketException unreadable) {
      return List.of(bound);
    }
  }

  private static boolean isUp(NetworkInterface candidate) {
    try {
      return candidate.isUp();
    } catch (SocketException unreadable) {
      return false;
    }
  }

  private static Multiaddr withIp(List<Component> components, InetAddress address) {
    Component[] changed = components.toArray(Component[]::new);
    changed[0] = new Component.Ip(address);
    return Multiaddr.of(changed);
  }
}
