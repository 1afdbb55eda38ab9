package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.suite.TransportWorld;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sockets of this machine's loopback interface. */
final class TcpWorld implements TransportWorld {
  private final List<NettyLoops> loops;
  private final List<Transport> transports = new ArrayList<>();
  private final List<Transport> second = new ArrayList<>();
  private final List<AutoCloseable> sockets = new ArrayList<>();

  TcpWorld(boolean preferNative) {
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
    Transport transport = new TcpTransportProvider().create(context);
    transports.add(transport);
    if (host == 2) {
      second.add(transport);
    }
    return transport;
  }

  @Override
  public Multiaddr listenAddress(int host) {
    return Multiaddr.of("/ip4/127.0.0.1/tcp/0");
  }

  @Override
  public @Nullable Multiaddr listenAddress6(int host) {
    try (var probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      return probe.isBound() ? Multiaddr.of("/ip6/::1/tcp/0") : null;
    } catch (IOException noIpv6) {
      return null;
    }
  }

  @Override
  public Multiaddr refusedAddress() {
    try (var freed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return Multiaddr.ofTcp((InetSocketAddress) freed.getLocalSocketAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public Multiaddr silentAddress() {
    try {
      var silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
      sockets.add(silent);
      return Multiaddr.ofTcp((InetSocketAddress) silent.getLocalSocketAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public boolean connectRaw(Multiaddr address, byte[] bytes) {
    InetSocketAddress to = address.socketAddress();
    if (to == null) {
      throw new IllegalArgumentException("not an address of a socket: " + address);
    }
    try {
      var stranger = new Socket(to.getAddress(), to.getPort());
      sockets.add(stranger);
      stranger.getOutputStream().write(bytes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return true;
  }

  /** Closes all sockets under the connections, which therefore say nothing more. */
  @Override
  public boolean kill() {
    second.forEach(Transport::close);
    return true;
  }

  @Override
  public int openSockets() {
    return -1;
  }

  @Override
  public void close() {
    transports.forEach(Transport::close);
    for (AutoCloseable socket : sockets) {
      try {
        socket.close();
      } catch (Exception failure) {
        throw new AssertionError(failure);
      }
    }
    loops.forEach(NettyLoops::close);
  }
}
