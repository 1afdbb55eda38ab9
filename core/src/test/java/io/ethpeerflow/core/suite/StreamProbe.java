package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.spi.RawStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stream under test: its reader, which notes everything that breaks the contract, and
 * a hand that calls it on its loop.
 */
public final class StreamProbe implements StreamReader {
  private static final int MAX_VIOLATIONS = 20;
  private static final long MAX_FILL_BYTES = 8 << 20;

  private final RawStream stream;
  private final SimLoop loop;
  private final ByteBufAllocator allocator;
  private final List<String> events = new ArrayList<>();
  private final List<String> violations;
  private Pattern expected = new Pattern(0);
  private boolean checksPattern;
  private boolean calling;
  private long received;
  private long requested;
  private int ends;
  private int resets;
  private @Nullable StreamErrorCode resetCode;
  private boolean resetByRemote;
  private long offeredBytes;
  private Runnable afterData = () -> {};
  private Runnable afterEnd = () -> {};

  StreamProbe(RawStream stream, SimLoop loop, ByteBufAllocator allocator, List<String> violations) {
    this.stream = stream;
    this.loop = loop;
    this.allocator = allocator;
    this.violations = violations;
  }

  @Override
  public void onData(ByteBuf data) {
    int bytes = data.readableBytes();
    check(loop.inLoop(), "onData outside of the loop");
    check(!calling, "onData from within a call");
    check(bytes > 0, "onData without bytes");
    check(ends == 0 && resets == 0, "onData after the end");
    int wrong = checksPattern ? expected.mismatch(received, data) : -1;
    check(wrong < 0, "wrong byte at " + (received + wrong));
    received += bytes;
    check(
        Long.compareUnsigned(received, requested) <= 0,
        received + " bytes delivered, " + requested + " demanded");
    data.release();
    events.add("data");
    afterData.run();
  }

  @Override
  public void onEnd() {
    check(loop.inLoop(), "onEnd outside of the loop");
    check(!calling, "onEnd from within a call");
    check(ends == 0 && resets == 0, "onEnd after the end");
    ends++;
    events.add("end");
    afterEnd.run();
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    check(loop.inLoop(), "onReset outside of the loop");
    check(!calling, "onReset from within a call");
    check(ends == 0 && resets == 0, "onReset after the end");
    resets++;
    resetCode = code;
    resetByRemote = byRemote;
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
    received = 0;
    requested = 0;
    offeredBytes = 0;
    events.clear();
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
    loop.run(() -> answer.add(question.get()));
    return answer.get(0);
  }

  StreamProbe request(long bytes) {
    requested = requested + bytes < 0 ? Long.MAX_VALUE : requested + bytes;
    call(() -> stream.request(bytes));
    return this;
  }

  StreamProbe requestAll() {
    return request(Long.MAX_VALUE);
  }

  /** Offers bytes of a pattern; when refused, checks that they stayed with the caller. */
  boolean offer(Pattern pattern, long from, int length) {
    ByteBuf data = pattern.buffer(allocator, from, length);
    boolean[] taken = new boolean[1];
    call(() -> taken[0] = stream.offer(data));
    if (taken[0]) {
      offeredBytes += length;
    } else {
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
    return offer(new Pattern(0), offeredBytes, length);
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
    return received;
  }

  long offered() {
    return offeredBytes;
  }

  List<String> events() {
    return events;
  }

  boolean ended() {
    return ends > 0;
  }

  boolean wasReset() {
    return resets > 0;
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
