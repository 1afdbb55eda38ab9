package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UdpSocketsTest {
  /** Longer than the loopback interface takes in one piece, headers included. */
  private static final int TOO_LONG_BYTES = 65_520;

  static Stream<IoHandlerFactory> handlers() {
    return Epoll.isAvailable()
        ? Stream.of(NioIoHandler.newFactory(), EpollIoHandler.newFactory())
        : Stream.of(NioIoHandler.newFactory());
  }

  @ParameterizedTest
  @MethodSource("handlers")
  @Spec("quic/path-mtu")
  void aDatagramThatIsTooLongForItsWayIsRefusedAndNotFragmented(IoHandlerFactory handler)
      throws Exception {
    var group = new MultiThreadIoEventLoopGroup(1, handler);
    try {
      var any = new InetSocketAddress(InetAddress.getByName("::1"), 0);
      assertThat(UdpSockets.refusesToFragment(group.next())).isTrue();
      ChannelFuture bound =
          UdpSockets.bootstrap(group.next(), any, QuicConfig.DEFAULT)
              .handler(new ChannelInboundHandlerAdapter())
              .bind(any);
      Await.done(QuicPair.LIMIT, bound);
      var self = (InetSocketAddress) bound.channel().localAddress();
      ChannelFuture sent =
          bound
              .channel()
              .writeAndFlush(
                  new DatagramPacket(
                      Unpooled.directBuffer(TOO_LONG_BYTES).writeZero(TOO_LONG_BYTES), self));
      assertThat(sent.awaitUninterruptibly(10, TimeUnit.SECONDS)).isTrue();
      assertThat(sent.cause()).hasMessageContaining("too long");
    } finally {
      Await.done(QuicPair.LIMIT, group.shutdownGracefully(0, 5, TimeUnit.SECONDS));
    }
  }
}
