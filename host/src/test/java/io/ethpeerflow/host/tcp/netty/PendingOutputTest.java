package io.ethpeerflow.host.tcp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.limits.ScopeLimits;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.host.loop.netty.NettyLoop;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.testkit.await.Await;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a remote does not take is charged to its connection, over a real socket. */
@Timeout(60)
class PendingOutputTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int PIECE_BYTES = 32 << 10;
  private static final int HIGH_BYTES = 512 << 10;

  private final NettyLoops loops = NettyLoops.start(1, false);
  private final NettyLoop loop = (NettyLoop) loops.next();
  private final AtomicInteger resumed = new AtomicInteger();
  private ServerSocket server;
  private Socket remote;
  private Channel channel;

  @BeforeEach
  void connect() throws Exception {
    server = new ServerSocket();
    server.setReceiveBufferSize(16 << 10);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel =
        new Bootstrap()
            .group(loop.eventLoop())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.SO_SNDBUF, 16 << 10)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(HIGH_BYTES / 4, HIGH_BYTES))
            .handler(new ChannelInboundHandlerAdapter())
            .connect(server.getLocalSocketAddress())
            .sync()
            .channel();
    remote = server.accept();
  }

  @AfterEach
  void close() throws Exception {
    channel.close().sync();
    remote.close();
    server.close();
    loops.close();
  }

  private static ResourceManager limits(long connectionBytes) {
    return new ResourceManager(
        LimitsConfig.DEFAULT.withConnection(ScopeLimits.ofStreams(1, 1, 1, connectionBytes)),
        Metrics.NONE);
  }

  /** Writes until the link takes no more; gives how many bytes then wait. */
  private long fill(PendingOutput output) {
    return onLoop(
        () -> {
          int unflushed = 0;
          while (channel.isWritable() && output.isWithinBudget()) {
            channel.write(
                PooledByteBufAllocator.DEFAULT.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES));
            if (++unflushed == 2) {
              channel.flush();
              unflushed = 0;
            }
          }
          channel.flush();
          return channel.unsafe().outboundBuffer().totalPendingWriteBytes();
        });
  }

  private <T> T onLoop(Callable<T> work) {
    var done = new CompletableFuture<T>();
    loop.execute(
        () -> {
          try {
            done.complete(work.call());
          } catch (Exception failed) {
            done.completeExceptionally(failed);
          }
        });
    return Await.done(SOON, done);
  }

  private void readInBackground() {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                remote.getInputStream().skipNBytes(Long.MAX_VALUE);
              } catch (IOException ended) {
                assertThat(ended).isNotNull();
              }
            });
  }

  @Test
  void whatWaitsIsChargedAndReturnedWhenItHasGone() {
    ResourceManager limits = limits(4 << 20);
    ConnectionScope scope = limits.openConnection(Direction.OUTBOUND, true);
    var output = new PendingOutput(channel, scope, resumed::incrementAndGet);
    assertThat(fill(output)).isGreaterThanOrEqualTo(HIGH_BYTES);
    assertThat(limits.usage().system().memoryBytes())
        .isGreaterThanOrEqualTo(HIGH_BYTES - PendingOutput.FREE_BYTES - PIECE_BYTES);

    readInBackground();

    Await.until(
        "all is returned but a chunk",
        SOON,
        () -> limits.usage().system().memoryBytes() <= LimitsConfig.DEFAULT.memoryChunkBytes());
    assertThat(resumed).hasValue(0);
    scope.close();
    assertThat(limits.usage().isIdle()).isTrue();
  }

  @Test
  void aLinkBeyondItsBudgetTakesNoMoreUntilWhatWaitsHasGone() {
    ResourceManager limits = limits(64 << 10);
    ConnectionScope scope = limits.openConnection(Direction.OUTBOUND, true);
    var output = new PendingOutput(channel, scope, resumed::incrementAndGet);
    assertThat(fill(output))
        .isLessThanOrEqualTo((64 << 10) + PendingOutput.FREE_BYTES + 2 * PIECE_BYTES);

    readInBackground();

    Await.until("it takes bytes again", SOON, () -> resumed.get() == 1);
    assertThat(onLoop(output::isWithinBudget)).isTrue();
    scope.close();
    assertThat(limits.usage().isIdle()).isTrue();
  }
}
