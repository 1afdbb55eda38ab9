package io.ethpeerflow.quic.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;

/** Keeps a new stream from reading before its own handler is there. */
@Sharable
final class StreamConfigurer extends ChannelInitializer<Channel> {
  static final StreamConfigurer INSTANCE = new StreamConfigurer();

  private StreamConfigurer() {}

  @Override
  protected void initChannel(Channel stream) {
    stream.config().setAutoRead(false);
  }
}
