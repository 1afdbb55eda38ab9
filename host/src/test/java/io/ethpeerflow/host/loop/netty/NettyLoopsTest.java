package io.ethpeerflow.host.loop.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyLoopsTest {
  private static Channel bind(NettyLoops loops, EventLoop eventLoop) {
    return new Bootstrap()
        .group(eventLoop)
        .channel(loops.isEpoll() ? EpollDatagramChannel.class : NioDatagramChannel.class)
        .handler(new ChannelInboundHandlerAdapter())
        .bind("127.0.0.1", 0)
        .syncUninterruptibly()
        .channel();
  }

  /** By a task, which a loop runs after it has looked whether it is to stop. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stoppedByATaskOfItsOwnALoopStillClosesItsChannels(boolean preferNative) {
    NettyLoops loops = NettyLoops.start(1, preferNative);
    EventLoop eventLoop = loops.group().next();
    Channel channel = bind(loops, eventLoop);
    eventLoop.execute(loops::stop);
    assertThat(loops.group().terminationFuture().awaitUninterruptibly(10, TimeUnit.SECONDS))
        .isTrue();
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.isRegistered()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closedFromOutsideALoopClosesItsChannels(boolean preferNative) {
    Channel channel;
    try (NettyLoops loops = NettyLoops.start(1, preferNative)) {
      channel = bind(loops, loops.group().next());
    }
    assertThat(channel.isOpen()).isFalse();
  }
}
