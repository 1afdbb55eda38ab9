package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.yamux.harness.CountingScope;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.TestLink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** Steady traffic costs no garbage: neither frames out, nor frames in, nor credit, nor pings. */
class AllocationTest {
  private static final int ROUNDS = 20_000;
  private static final int MAX_BYTES_IN_ALL = 20_000;

  private final TurnLoop loop = new TurnLoop();
  private final CountingLink link = new CountingLink(loop);
  private final MuxedConnection connection =
      new Yamux().attach(link, RawPeer.context(Role.RESPONDER, new CountingScope()));
  private final CountingReader reader = new CountingReader();

  /** Runs turns when the test says so. */
  private static final class TurnLoop implements Loop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final DeadlineWheel deadlines = new DeadlineWheel(this);
    long now;

    void turn() {
      Runnable task;
      while ((task = tasks.poll()) != null) {
        task.run();
      }
    }

    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
      return Cancellable.NONE;
    }

    @Override
    public DeadlineWheel deadlines() {
      return deadlines;
    }

    @Override
    public long nanoTime() {
      return now;
    }
  }

  private static final class CountingLink extends TestLink {
    long bytes;
    long frames;

    CountingLink(Loop loop) {
      super(loop, UnpooledByteBufAllocator.DEFAULT);
    }

    @Override
    public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
      bytes += bodyBytes;
      frames++;
      body.skipBytes(bodyBytes);
    }
  }

  private static final class CountingReader implements StreamReader {
    long bytes;

    @Override
    public void onData(ByteBuf data) {
      bytes += data.readableBytes();
      data.release();
    }

    @Override
    public void onEnd() {}

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {}
  }

  private RawStream inbound() {
    var accepted = new RawStream[1];
    connection.accept(stream -> accepted[0] = stream);
    link.receive(Frame.update(Frame.SYN, 1, 0).bytes(0));
    loop.turn();
    accepted[0].reader(reader);
    return accepted[0];
  }

  private void receive(ByteBuf chunk, int bytes) {
    link.receive(chunk.retain().setIndex(0, bytes));
    loop.turn();
  }

  /** Bytes allocated by the later half of the rounds. */
  private static long allocated(Runnable round) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void framesOutAndTheCreditForThemAllocateNothing() {
    RawStream stream = inbound();
    ByteBuf data = Unpooled.buffer(40_000);
    ByteBuf credit = Frame.update(0, 1, 40_000).bytes(0);
    long allocated =
        allocated(
            () -> {
              stream.offer(data.retain().setIndex(0, 40_000));
              loop.turn();
              receive(credit, 12);
              loop.now += 1_000_000;
            });
    assertThat(link.bytes).isEqualTo(2L * ROUNDS * 40_000);
    assertThat(allocated).isLessThan(MAX_BYTES_IN_ALL);
  }

  @Test
  void framesInAndTheCreditForThemAllocateNothing() {
    RawStream stream = inbound();
    stream.request(Long.MAX_VALUE);
    ByteBuf chunk = Frame.data(0, 1, 40_000).bytes(0);
    long allocated =
        allocated(
            () -> {
              receive(chunk, 40_012);
              loop.now += 1_000_000;
            });
    assertThat(reader.bytes).isEqualTo(2L * ROUNDS * 40_000);
    assertThat(link.frames).as("one update per half window").isGreaterThan(2L * ROUNDS / 4);
    assertThat(allocated).isLessThan(MAX_BYTES_IN_ALL);
  }

  @Test
  void framesInAgainstSmallDemandAllocateNothingPerFrame() {
    RawStream stream = inbound();
    ByteBuf chunk = Frame.data(0, 1, 10_000).bytes(0);
    long allocated =
        allocated(
            () -> {
              receive(chunk, 10_012);
              stream.request(10_000);
              loop.turn();
              loop.now += 1_000_000;
            });
    assertThat(reader.bytes).isEqualTo(2L * ROUNDS * 10_000);
    assertThat(allocated).isLessThan(MAX_BYTES_IN_ALL);
  }

  @Test
  void pingsAllocateNothing() {
    inbound();
    ByteBuf ping = Frame.ping(Frame.SYN, 7).bytes(0);
    long allocated =
        allocated(
            () -> {
              receive(ping, 12);
              loop.now += 1_000_000;
            });
    assertThat(link.frames).isGreaterThanOrEqualTo(2L * ROUNDS);
    assertThat(allocated).isLessThan(MAX_BYTES_IN_ALL);
  }
}
