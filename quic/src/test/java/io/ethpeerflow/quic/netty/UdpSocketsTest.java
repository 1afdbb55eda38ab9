package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpSocketsTest {
  /** Longer than the loopback interface takes in one piece, headers included. */
  private static final int TOO_LONG_BYTES = 65_520;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Spec("quic/path-mtu")
  void aDatagramThatIsTooLongForItsWayIsRefusedAndNotFragmented(boolean preferNative)
      throws Exception {
    try (NettyLoops loops = NettyLoops.start(1, preferNative)) {
      EventLoop eventLoop = loops.group().next();
      var any = new InetSocketAddress(InetAddress.getByName("::1"), 0);
      assertThat(UdpSockets.refusesToFragment(eventLoop)).isTrue();
      ChannelFuture bound =
          UdpSockets.bootstrap(eventLoop, any, QuicConfig.DEFAULT)
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
    }
  }
}
