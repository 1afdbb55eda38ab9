package io.ethpeerflow.testkit.net;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** What travels between nodes. */
sealed interface Packet permits Packet.Datagram, Segment {
  InetSocketAddress from();

  InetSocketAddress to();

  /** The size on the wire, headers counted. */
  int wireBytes();

  /** For the trace. */
  String describe();

  static int ipHeaderBytes(InetSocketAddress to) {
    return to.getAddress() instanceof Inet6Address ? 40 : 20;
  }

  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Datagram(InetSocketAddress from, InetSocketAddress to, byte[] payload) implements Packet {
    private static final int UDP_HEADER_BYTES = 8;

    @Override
    public int wireBytes() {
      return ipHeaderBytes(to) + UDP_HEADER_BYTES + payload.length;
    }

    @Override
    public String describe() {
      return "udp " + text(from) + ">" + text(to) + " len=" + payload.length;
    }
  }
}
