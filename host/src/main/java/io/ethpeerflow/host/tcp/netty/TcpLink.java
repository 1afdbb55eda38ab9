package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Inbox;
import io.ethpeerflow.core.spi.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A TCP channel as a {@link ByteLink}: the one handler of its pipeline. Reads stop while no
 * receiver is installed, so a peer cannot fill memory before anyone listens.
 */
@OwnedBy("connection loop")
final class TcpLink extends ChannelInboundHandlerAdapter implements ByteLink {
  /** How long a closed link waits for the remote's end. */
  private static final long END_WAIT_MILLIS = 1000;

  private final Channel channel;
  private final Loop loop;
  private final long lingerNanos;
  private final Inbox inbox;
  private final PendingOutput output;
  private Runnable resume = TcpLink::nothing;
  private @Nullable Throwable failure;
  private boolean ended;
  private boolean closing;

  /**
   * A link on a channel that does not read by itself yet.
   *
   * @param scope charged for what the remote does not take
   * @param lingerNanos how long {@link #close()} waits for what was written
   */
  TcpLink(Channel channel, Loop loop, ConnectionScope scope, long lingerNanos) {
    this.channel = channel;
    this.loop = loop;
    this.lingerNanos = lingerNanos;
    this.inbox = new Inbox(channel.config()::setAutoRead, false);
    this.output = new PendingOutput(channel, scope, () -> resume.run());
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public ByteBufAllocator allocator() {
    return channel.alloc();
  }

  @Override
  public void receiver(ByteReceiver next) {
    inbox.receiver(next);
  }

  @Override
  public void unread(ByteBuf data) {
    inbox.unread(data);
  }

  @Override
  public void reading(boolean on) {
    inbox.reading(on);
  }

  @Override
  public void write(ByteBuf data) {
    if (closing) {
      data.release();
      return;
    }
    channel.write(data, channel.voidPromise());
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable() && output.isWithinBudget();
  }

  @Override
  public void onWritable(Runnable next) {
    resume = next;
  }

  /**
   * Sends the rest and the end, and then takes what still arrives until the remote has ended too: a
   * socket that is closed with bytes unread, or gets some after, resets the connection, and the
   * remote may lose what it has not read, such as the reason of the end.
   */
  @Override
  public void close() {
    inbox.discard();
    if (closing || ended) {
      return;
    }
    closing = true;
    var deadline =
        channel.eventLoop().schedule(() -> channel.close(), lingerNanos, TimeUnit.NANOSECONDS);
    channel.closeFuture().addListener(closed -> deadline.cancel(false));
    channel.config().setAutoRead(true);
    channel.writeAndFlush(allocator().buffer(0, 0)).addListener(sent -> end(sent.isSuccess()));
  }

  private void end(boolean inOrder) {
    if (!inOrder || !(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    duplex
        .shutdownOutput()
        .addListener(
            ended -> {
              if (!ended.isSuccess()) {
                channel.close();
              }
            });
    var wait =
        channel.eventLoop().schedule(() -> channel.close(), END_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> wait.cancel(false));
  }

  @Override
  public void abort() {
    inbox.discard();
    closing = true;
    if (channel.isOpen()) {
      if (channel.isActive()) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      }
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    inbox.data((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    inbox.readComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      resume.run();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!ended) {
      ended = true;
      inbox.end(failure);
      resume.run();
    }
  }

  private static void nothing() {}
}
