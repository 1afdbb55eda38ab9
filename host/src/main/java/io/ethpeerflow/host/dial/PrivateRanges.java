package io.ethpeerflow.host.dial;

import io.ethpeerflow.wire.multiaddr.Component;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that only mean something near us: loopback, link-local, RFC 1918, RFC 6598, RFC 4193.
 */
public final class PrivateRanges {
  private PrivateRanges() {}

  /** Whether the address starts with a private IP address. */
  public static boolean contains(Multiaddr address) {
    InetAddress ip = ipOf(address);
    return ip != null && contains(ip);
  }

  /** Whether an IP address is private. */
  public static boolean contains(InetAddress ip) {
    if (ip.isLoopbackAddress()
        || ip.isLinkLocalAddress()
        || ip.isSiteLocalAddress()
        || ip.isAnyLocalAddress()) {
      return true;
    }
    byte[] bytes = ip.getAddress();
    if (ip instanceof Inet4Address) {
      return (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
    }
    return (bytes[0] & 0xfe) == 0xfc;
  }

  /** The IP address that a multiaddr starts with, or null. */
  public static @Nullable InetAddress ipOf(Multiaddr address) {
    Component ip = address.first(Protocol.IP4);
    if (ip == null) {
      ip = address.first(Protocol.IP6);
    }
    return ip instanceof Component.Ip found ? found.address() : null;
  }
}
