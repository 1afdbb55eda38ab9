package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.suite.TransportWorld;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** UDP sockets of this machine's loopback interface. */
final class QuicWorld implements TransportWorld {
  private static final QuicConfig CONFIG =
      QuicConfig.DEFAULT.withTimeouts(
          Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(1));
  private final List<NettyLoops> loops;
  private final List<Transport> transports = new ArrayList<>();
  private final List<QuicTransport> second = new ArrayList<>();
  private final List<DatagramSocket> sockets = new ArrayList<>();

  QuicWorld(boolean preferNative) {
    loops = List.of(NettyLoops.start(2, preferNative), NettyLoops.start(2, preferNative));
  }

  boolean isEpoll() {
    return loops.get(0).isEpoll();
  }

  @Override
  public Loops loops(int host) {
    return loops.get(host - 1);
  }

  @Override
  public Transport transport(int host, TransportContext context) {
    Transport transport = new QuicTransportProvider(CONFIG).create(context);
    transports.add(transport);
    if (host == 2) {
      second.add((QuicTransport) transport);
    }
    return transport;
  }

  @Override
  public Multiaddr listenAddress(int host) {
    return Multiaddr.of("/ip4/127.0.0.1/udp/0/quic-v1");
  }

  @Override
  public @Nullable Multiaddr listenAddress6(int host) {
    try (var probe = new DatagramSocket(0, InetAddress.getByName("::1"))) {
      return probe.isBound() ? Multiaddr.of("/ip6/::1/udp/0/quic-v1") : null;
    } catch (IOException noIpv6) {
      return null;
    }
  }

  private static DatagramSocket open() {
    try {
      return new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Multiaddr address(DatagramSocket socket) {
    return QuicAddresses.ofSocket((InetSocketAddress) socket.getLocalSocketAddress());
  }

  @Override
  public Multiaddr refusedAddress() {
    try (DatagramSocket freed = open()) {
      return address(freed);
    }
  }

  @Override
  public Multiaddr silentAddress() {
    DatagramSocket silent = open();
    sockets.add(silent);
    return address(silent);
  }

  @Override
  public boolean connectRaw(Multiaddr address, byte[] bytes) {
    InetSocketAddress to = address.socketAddress();
    if (to == null) {
      throw new IllegalArgumentException("not an address of a socket: " + address);
    }
    DatagramSocket stranger = open();
    sockets.add(stranger);
    try {
      stranger.send(new DatagramPacket(bytes, bytes.length, to));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return true;
  }

  @Override
  public boolean kill() {
    second.forEach(QuicTransport::die);
    return true;
  }

  @Override
  public boolean hasSocketPerConnection() {
    return false;
  }

  @Override
  public boolean upgrades() {
    return false;
  }

  @Override
  public List<Multiaddr> foreign() {
    return List.of(
        Multiaddr.of("/dns4/example.com/udp/4001/quic-v1"),
        Multiaddr.of("/ip4/127.0.0.1/tcp/4001"),
        Multiaddr.of("/ip4/127.0.0.1/udp/4001"),
        Multiaddr.of("/ip4/127.0.0.1/udp/4001/quic"),
        Multiaddr.of("/ip4/127.0.0.1/udp/4001/quic-v1/webtransport"),
        Multiaddr.of("/ip4/127.0.0.1"));
  }

  @Override
  public int openSockets() {
    return -1;
  }

  @Override
  public void close() {
    transports.forEach(Transport::close);
    sockets.forEach(DatagramSocket::close);
    loops.forEach(NettyLoops::close);
  }
}
