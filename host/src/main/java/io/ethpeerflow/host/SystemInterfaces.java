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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of this machine; link-local IPv6 addresses are left out, they need a zone. Reading
 * them takes system calls for each, so what was read is good for {@link #FRESH_NANOS}: every
 * identify asks. Any thread.
 */
final class SystemInterfaces implements LocalInterfaces {
  private static final long FRESH_NANOS = 5_000_000_000L;

  private record Snapshot(List<InetAddress> addresses, long atNanos) {}

  private final LongSupplier nanoTime;
  private volatile @Nullable Snapshot latest;

  SystemInterfaces(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public List<Multiaddr> expand(Multiaddr bound) {
    List<Component> components = bound.components();
    if (components.isEmpty()
        || !(components.get(0) instanceof Component.Ip ip)
        || !ip.address().isAnyLocalAddress()) {
      return List.of(bound);
    }
    boolean ip4 = ip.protocol() == Protocol.IP4;
    List<Multiaddr> found =
        addresses().stream()
            .filter(address -> (address instanceof Inet4Address) == ip4)
            .filter(address -> ip4 || !address.isLinkLocalAddress())
            .map(address -> withIp(components, address))
            .toList();
    return found.isEmpty() ? List.of(bound) : found;
  }

  private List<InetAddress> addresses() {
    Snapshot known = latest;
    long now = nanoTime.getAsLong();
    if (known == null || now - known.atNanos() > FRESH_NANOS) {
      known = new Snapshot(read(), now);
      latest = known;
    }
    return known.addresses();
  }

  private static List<InetAddress> read() {
    try {
      return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
          .filter(SystemInterfaces::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .toList();
    } catch (SocketException unreadable) {
      return List.of();
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
