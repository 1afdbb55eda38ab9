package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.error.AddressInUseException;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * UDP sockets of one family that send unfragmented datagrams (RFC 9000 section 14) and, with epoll,
 * read and write many in one call.
 */
final class UdpSockets {
  private static final int IPPROTO_IP = 0;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_MTU_DISCOVER = 23;
  private static final int IPV6_V6ONLY = 26;
  private static final int PMTUDISC_PROBE = 3;
  private static final int EADDRINUSE = 98;

  private static final int READ_BYTES = 64 << 10;
  private static final int READS_PER_TURN = 16;
  private static final int WRITE_HIGH_BYTES = 4 << 20;
  private static final int WRITE_LOW_BYTES = 1 << 20;

  private static final IntegerUnixChannelOption IPV6_ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY);
  private static final IntegerUnixChannelOption DONT_FRAGMENT_4 =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER);
  private static final IntegerUnixChannelOption DONT_FRAGMENT_6 =
      new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", IPPROTO_IPV6, IPV6_MTU_DISCOVER);

  private static final @Nullable SocketOption<Boolean> DONT_FRAGMENT_NIO = dontFragmentNio();

  private UdpSockets() {}

  /** Found by its name: its class is in a module that a trimmed run-time image may lack. */
  @SuppressWarnings("unchecked") // the option of this name is a Boolean
  private static @Nullable SocketOption<Boolean> dontFragmentNio() {
    try (DatagramChannel any = DatagramChannel.open()) {
      for (SocketOption<?> option : any.supportedOptions()) {
        if (option.name().equals("IP_DONTFRAGMENT") && option.type() == Boolean.class) {
          return (SocketOption<Boolean>) option;
        }
      }
      return null;
    } catch (IOException none) {
      return null;
    }
  }

  /** Whether a datagram that is too long for its way is lost and not cut to pieces. */
  static boolean refusesToFragment(EventLoop eventLoop) {
    return isEpoll(eventLoop) || DONT_FRAGMENT_NIO != null;
  }

  static boolean isEpoll(EventLoop eventLoop) {
    return eventLoop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
  }

  /** Whether datagrams on a socket that is bound to no one address say to which they came. */
  static boolean tellsRecipients(EventLoop eventLoop, InetSocketAddress local) {
    return isEpoll(eventLoop)
        && local.getAddress().isAnyLocalAddress()
        && !(local.getAddress() instanceof Inet6Address);
  }

  /** Prepares the socket that is bound to an address. */
  static Bootstrap bootstrap(EventLoop eventLoop, InetSocketAddress local, QuicConfig config) {
    boolean ip6 = local.getAddress() instanceof Inet6Address;
    SocketProtocolFamily family = ip6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    var bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.SO_RCVBUF, config.socketBufferBytes())
            .option(ChannelOption.SO_SNDBUF, config.socketBufferBytes())
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(READS_PER_TURN))
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(WRITE_LOW_BYTES, WRITE_HIGH_BYTES));
    if (isEpoll(eventLoop)) {
      bootstrap
          .channelFactory(() -> new EpollDatagramChannel(family))
          .option(ip6 ? DONT_FRAGMENT_6 : DONT_FRAGMENT_4, PMTUDISC_PROBE);
      if (EpollDatagramChannel.isSegmentedDatagramPacketSupported()) {
        bootstrap.option(EpollChannelOption.UDP_GRO, true);
      }
      if (ip6) {
        bootstrap.option(IPV6_ONLY, 1);
      }
      if (tellsRecipients(eventLoop, local)) {
        bootstrap.option(EpollChannelOption.IP_RECVORIGDSTADDR, true);
      }
    } else {
      bootstrap.channelFactory(() -> new NioDatagramChannel(SelectorProvider.provider(), family));
      if (DONT_FRAGMENT_NIO != null) {
        bootstrap.option(NioChannelOption.of(DONT_FRAGMENT_NIO), true);
      }
    }
    return bootstrap;
  }

  /**
   * The address that the system sends from to a remote; costs a few system calls.
   *
   * @return null when there is no way to it
   */
  static @Nullable InetAddress towards(InetSocketAddress remote) {
    try (DatagramChannel way = DatagramChannel.open()) {
      way.connect(remote);
      return way.getLocalAddress() instanceof InetSocketAddress local ? local.getAddress() : null;
    } catch (IOException | UnresolvedAddressException | SecurityException noWay) {
      return null;
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
