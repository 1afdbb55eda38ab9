package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.RawStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stream under test: its reader, which notes everything that breaks the contract, and
 * a hand that calls it on its loop. Any thread; what it counts changes on the loop only.
 */
public final class StreamProbe implements StreamReader {
  private static final int MAX_VIOLATIONS = 20;
  private static final long MAX_FILL_BYTES = 8 << 20;

  private final RawStream stream;
  private final Loop loop;
  private final MuxerWorld world;
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private final List<String> violations;
  private volatile Pattern expected = new Pattern(0);
  private volatile boolean checksPattern;
  private volatile Runnable afterData = () -> {};
  private volatile Runnable afterEnd = () -> {};

  @OwnedBy("connection loop")
  private boolean calling;

  // written on the loop, read by the test
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong requested = new AtomicLong();
  private final AtomicLong offeredBytes = new AtomicLong();
  private final AtomicInteger ends = new AtomicInteger();
  private final AtomicInteger resets = new AtomicInteger();
  private volatile @Nullable StreamErrorCode resetCode;
  private volatile boolean resetByRemote;

  StreamProbe(RawStream stream, Loop loop, MuxerWorld world, List<String> violations) {
    this.stream = stream;
    this.loop = loop;
    this.world = world;
    this.violations = violations;
  }

  @Override
  public void onData(ByteBuf data) {
    int bytes = data.readableBytes();
    check(loop.inLoop(), "onData outside of the loop");
    check(!calling, "onData from within a call");
    check(bytes > 0, "onData without bytes");
    check(!ended() && !wasReset(), "onData after the end");
    int wrong = checksPattern ? expected.mismatch(received.get(), data) : -1;
    check(wrong < 0, "wrong byte at " + (received.get() + wrong));
    long total = received.addAndGet(bytes);
    check(
        Long.compareUnsigned(total, requested.get()) <= 0,
        total + " bytes delivered, " + requested + " demanded");
    data.release();
    events.add("data");
    afterData.run();
  }

  @Override
  public void onEnd() {
    check(loop.inLoop(), "onEnd outside of the loop");
    check(!calling, "onEnd from within a call");
    check(!ended() && !wasReset(), "onEnd after the end");
    ends.incrementAndGet();
    events.add("end");
    afterEnd.run();
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    check(loop.inLoop(), "onReset outside of the loop");
    check(!calling, "onReset from within a call");
    check(!ended() && !wasReset(), "onReset after the end");
    resetCode = code;
    resetByRemote = byRemote;
    resets.incrementAndGet();
    events.add("reset");
  }

  private void check(boolean holds, String violation) {
    if (!holds) {
      violated(violation);
    }
  }

  /** Notes that the contract was broken; only so many times, a broken muxer may go on for long. */
  void violated(String violation) {
    if (violations.size() < MAX_VIOLATIONS) {
      violations.add("stream " + stream.id() + ": " + violation);
    }
  }

  /** The stream itself; call it on its loop. */
  public RawStream stream() {
    return stream;
  }

  /** Makes this the stream's reader. */
  StreamProbe install() {
    call(() -> stream.reader(this));
    return this;
  }

  /** Forgets what was received so far: positions in patterns count from here. */
  void restartCounting() {
    onLoop(
        () -> {
          received.set(0);
          requested.set(0);
          offeredBytes.set(0);
          events.clear();
          return "";
        });
  }

  /** What the remote is expected to send. */
  StreamProbe expect(Pattern pattern) {
    expected = pattern;
    checksPattern = true;
    return this;
  }

  StreamProbe afterData(Runnable action) {
    afterData = action;
    return this;
  }

  StreamProbe afterEnd(Runnable action) {
    afterEnd = action;
    return this;
  }

  /** Runs a call on the loop; a callback from within it is a violation. */
  void call(Runnable action) {
    onLoop(
        () -> {
          calling = true;
          try {
            action.run();
          } finally {
            calling = false;
          }
          return "";
        });
  }

  /** Asks for something on the loop. */
  <T> T onLoop(Supplier<T> question) {
    if (loop.inLoop()) {
      return question.get();
    }
    List<T> answer = new ArrayList<>(1);
    world.run(loop, () -> answer.add(question.get()));
    return answer.get(0);
  }

  StreamProbe request(long bytes) {
    call(
        () -> {
          requested.updateAndGet(sum -> sum + bytes < 0 ? Long.MAX_VALUE : sum + bytes);
          stream.request(bytes);
        });
    return this;
  }

  StreamProbe requestAll() {
    return request(Long.MAX_VALUE);
  }

  /** Offers bytes of a pattern; when refused, checks that they stayed with the caller. */
  boolean offer(Pattern pattern, long from, int length) {
    ByteBuf data = pattern.buffer(world.allocator(), from, length);
    boolean[] taken = new boolean[1];
    call(
        () -> {
          taken[0] = stream.offer(data);
          offeredBytes.addAndGet(taken[0] ? length : 0);
        });
    if (!taken[0]) {
      check(data.refCnt() == 1, "a refused buffer did not stay with the caller");
      check(data.readableBytes() == length, "a refused buffer was read");
      data.release();
    }
    return taken[0];
  }

  /** Offers buffers until one is refused, letting others run in between. */
  void offerUntilRefused(int length, Runnable inBetween) {
    for (long bytes = 0; bytes < MAX_FILL_BYTES; bytes += length) {
      if (!offer(length)) {
        return;
      }
      inBetween.run();
    }
    throw new AssertionError("offer refused nothing within " + MAX_FILL_BYTES + " bytes");
  }

  /** Offers the next bytes of pattern 0. */
  boolean offer(int length) {
    return offer(new Pattern(0), offeredBytes.get(), length);
  }

  void closeWrite() {
    call(stream::closeWrite);
  }

  void reset(StreamErrorCode code) {
    call(() -> stream.reset(code));
  }

  void stopReading(StreamErrorCode code) {
    call(() -> stream.stopReading(code));
  }

  void resetWrite(StreamErrorCode code) {
    call(() -> stream.resetWrite(code));
  }

  boolean writeOpen() {
    return onLoop(stream::writeOpen);
  }

  long queuedBytes() {
    return onLoop(stream::queuedBytes);
  }

  long demand() {
    return onLoop(stream::demand);
  }

  long received() {
    return received.get();
  }

  long offered() {
    return offeredBytes.get();
  }

  /** What the reader was told so far, in order. */
  List<String> events() {
    return List.copyOf(events);
  }

  boolean ended() {
    return ends.get() > 0;
  }

  boolean wasReset() {
    return resets.get() > 0;
  }

  @Nullable StreamErrorCode resetCode() {
    return resetCode;
  }

  boolean resetByRemote() {
    return resetByRemote;
  }

  boolean isClosed() {
    return stream.closed().isDone();
  }

  /** How it ended; fails when it has not. */
  StreamEnd end() {
    assertThat(stream.closed()).isCompleted();
    return stream.closed().join();
  }
}
