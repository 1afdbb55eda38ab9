package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.error.AddressInUseException;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.Locale;

/**
 * Listening sockets that take their own family only, so that {@code 0.0.0.0} and {@code ::} can be
 * listened on with the same port, as a multiaddr means it. NIO offers no way to say so for IPv6:
 * there {@code ::} takes IPv4 connections too.
 */
final class TcpServerSockets {
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;
  private static final int EADDRINUSE = 98;

  private static final IntegerUnixChannelOption IPV6_ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY);

  private TcpServerSockets() {}

  /** Chooses the kind of socket for an address. */
  static void choose(ServerBootstrap bootstrap, InetSocketAddress local, boolean epoll) {
    boolean ip6 = local.getAddress() instanceof Inet6Address;
    SocketProtocolFamily family = ip6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    if (epoll) {
      bootstrap.channelFactory(() -> new EpollServerSocketChannel(family));
      if (ip6) {
        bootstrap.option(IPV6_ONLY, 1);
      }
    } else {
      bootstrap.channelFactory(
          () -> new NioServerSocketChannel(SelectorProvider.provider(), family));
    }
  }

  /** Names the failure that a caller can do something about. */
  static Throwable bindFailure(Multiaddr address, Throwable cause) {
    return isInUse(cause) ? new AddressInUseException(address + " is in use", cause) : cause;
  }

  private static boolean isInUse(Throwable cause) {
    return cause instanceof Errors.NativeIoException failure && failure.expectedErr() == -EADDRINUSE
        || cause instanceof BindException
            && String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("in use");
  }
}
