package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One end of a {@link MemoryLinkPair}: a socket without a network. Every method throws {@link
 * AssertionError} outside of its loop, so that a test sees a layer that uses the wrong thread.
 *
 * <p>What is flushed waits here until the remote end reads it, as in a socket whose buffers are
 * full; so a remote that does not read makes this end unwritable.
 */
public final class MemoryLink implements ByteLink {
  private static final int MAX_PADDING_BYTES = 5;

  private final Loop loop;
  private final LinkOptions options;
  private final SeededRandom random;
  private final ByteBufAllocator allocator;
  private final List<ByteBuf> unflushed = new ArrayList<>();
  private final Deque<Parcel> sent = new ArrayDeque<>();
  private final List<ByteBuf> unread = new ArrayList<>();
  private @Nullable MemoryLink remote;
  private @Nullable ByteReceiver receiver;
  private @Nullable Runnable onWritable;
  private UnaryOperator<byte[]> tamper = UnaryOperator.identity();
  private Cancellable linger = Cancellable.NONE;
  private int unreadInsertAt;
  private long unflushedBytes;
  private long sentBytes;
  private long receivedBytes;
  private long cutAtBytes = Long.MAX_VALUE;
  private long stallAtBytes = Long.MAX_VALUE;
  private boolean reading = true;
  private boolean stalled;
  private boolean pumpQueued;
  private boolean pumping;
  private boolean unwritable;
  private boolean closing;
  private long closedAtNanos;
  private boolean ended;
  private boolean failed;
  private boolean endReported;
  private @Nullable Throwable cause;

  private record Parcel(ByteBuf data, long arrivalNanos) {}

  MemoryLink(Loop loop, LinkOptions options, long seed, ByteBufAllocator allocator) {
    this.allocator = allocator;
    this.loop = loop;
    this.options = options;
    this.random = new SeededRandom(seed);
  }

  void connect(MemoryLink other) {
    remote = other;
  }

  private MemoryLink remote() {
    MemoryLink other = remote;
    if (other == null) {
      throw new IllegalStateException("not connected");
    }
    return other;
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public ByteBufAllocator allocator() {
    return allocator;
  }

  private void requireLoop() {
    if (!loop.inLoop()) {
      throw new AssertionError("a link was used outside of its loop " + loop);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public void receiver(ByteReceiver newReceiver) {
    requireLoop();
    receiver = newReceiver;
    // the contract leaves open whether held bytes come at once or at the end of the turn
    if (random.nextBoolean()) {
      while (!unread.isEmpty() && receiver == newReceiver) {
        deliverUnread(newReceiver);
      }
    }
    queuePump();
  }

  @Override
  public void unread(ByteBuf data) {
    requireLoop();
    if (!data.isReadable() || closing || failed) {
      data.release();
      return;
    }
    unread.add(unreadInsertAt++, data);
    queuePump();
  }

  @Override
  public void reading(boolean on) {
    requireLoop();
    reading = on;
    queuePump();
  }

  @Override
  public void write(ByteBuf data) {
    requireLoop();
    if (closing || ended || !data.isReadable()) {
      data.release();
      return;
    }
    unflushedBytes += data.readableBytes();
    unflushed.add(data);
    noteWritability();
  }

  @Override
  public void flush() {
    requireLoop();
    if (ended || unflushed.isEmpty()) {
      return;
    }
    long arrivalNanos = loop.nanoTime() + options.latencyNanos();
    unflushed.forEach(data -> sent.add(new Parcel(data, arrivalNanos)));
    unflushed.clear();
    sentBytes += unflushedBytes;
    unflushedBytes = 0;
    remote().loop.schedule(options.latencyNanos(), remote()::pump);
  }

  @Override
  public boolean isWritable() {
    requireLoop();
    return !unwritable && !closing && !ended;
  }

  @Override
  public void onWritable(Runnable resume) {
    requireLoop();
    onWritable = resume;
  }

  @Override
  public void close() {
    requireLoop();
    if (closing || ended) {
      return;
    }
    flush();
    closing = true;
    closedAtNanos = loop.nanoTime();
    releaseUnread();
    linger = loop.schedule(options.lingerNanos(), this::abort);
    loop.execute(this::noteDrained);
    queuePump();
    remote().loop.schedule(options.latencyNanos(), remote()::pump);
  }

  @Override
  public void abort() {
    requireLoop();
    if (ended) {
      return;
    }
    fail(null);
    MemoryLink other = remote();
    other.loop.schedule(
        options.latencyNanos(), () -> other.fail(new IOException("connection reset by remote")));
  }

  /** Cuts the connection as a broken network does: both ends fail, what is under way is lost. */
  public void cut() {
    MemoryLink other = remote();
    loop.execute(() -> fail(new IOException("connection cut")));
    other.loop.execute(() -> other.fail(new IOException("connection cut")));
  }

  /** {@link #cut Cuts} when this end has received so many bytes more. */
  public void cutAfterReceiving(long bytes) {
    cutAtBytes = receivedBytes + bytes;
    if (bytes == 0) {
      cut();
    }
  }

  /** {@link #stall Stalls} when this end has received so many bytes more, at least 1. */
  public void stallAfterReceiving(long bytes) {
    stallAtBytes = receivedBytes + bytes;
  }

  /** Stops or resumes the network towards this end; the remote's end does not arrive either. */
  public void stall(boolean on) {
    stalled = on;
    stallAtBytes = Long.MAX_VALUE;
    queuePump();
  }

  /**
   * Changes what this end receives from now on.
   *
   * @param change gets the bytes of one delivery and returns what to deliver; empty drops it
   */
  public void tamper(UnaryOperator<byte[]> change) {
    tamper = change;
  }

  /** Bytes that this end has received from the network. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Bytes that were written at this end and the remote has not received. */
  public long undeliveredBytes() {
    return unflushedBytes + sentBytes;
  }

  /** Whether this end was closed and everything sent, or has failed. */
  public boolean hasEnded() {
    return ended;
  }

  private void queuePump() {
    if (!pumpQueued) {
      pumpQueued = true;
      loop.execute(
          () -> {
            pumpQueued = false;
            pump();
          });
    }
  }

  private void pump() {
    if (pumping) {
      return;
    }
    if (closing) {
      discardInput();
      return;
    }
    boolean delivered = false;
    pumping = true;
    try {
      for (int i = 0; i < options.chunksPerTurn() && deliverOne(); i++) {
        delivered = true;
      }
    } finally {
      pumping = false;
    }
    if (delivered) {
      ByteReceiver current = receiver;
      if (current != null && !endReported) {
        current.onReadComplete();
      }
      queuePump();
    } else {
      noteEndOfInput();
    }
  }

  /** Hands one piece to the receiver; false when there is nothing to hand over now. */
  private boolean deliverOne() {
    ByteReceiver current = receiver;
    if (current == null || endReported || closing) {
      return false;
    }
    if (!unread.isEmpty()) {
      deliverUnread(current);
      return true;
    }
    if (!reading || stalled || ended || !remote().hasArrived()) {
      return false;
    }
    byte[] changed = tamper.apply(take());
    if (changed.length > 0) {
      unreadInsertAt = 0;
      current.onData(buffer(changed));
    }
    return true;
  }

  private void deliverUnread(ByteReceiver to) {
    unreadInsertAt = 0;
    to.onData(unread.remove(0));
  }

  private boolean hasArrived() {
    Parcel head = sent.peek();
    return head != null && head.arrivalNanos - loop.nanoTime() <= 0;
  }

  /** Takes bytes out of the remote's buffer: as many as the seed says, or up to the cut. */
  private byte[] take() {
    MemoryLink from = remote();
    int most = random.nextInt(options.minChunkBytes(), options.maxChunkBytes() + 1);
    long limit = Math.min(cutAtBytes, stallAtBytes) - receivedBytes;
    byte[] bytes = new byte[(int) Math.min(most, limit)];
    int filled = 0;
    while (filled < bytes.length && from.hasArrived()) {
      ByteBuf head = from.sent.element().data();
      int part = Math.min(head.readableBytes(), bytes.length - filled);
      head.readBytes(bytes, filled, part);
      filled += part;
      if (!head.isReadable()) {
        from.sent.remove().data().release();
      }
    }
    from.sentBytes -= filled;
    receivedBytes += filled;
    from.loop.execute(from::noteWritability);
    from.loop.execute(from::noteDrained);
    stalled = receivedBytes >= stallAtBytes;
    if (receivedBytes >= cutAtBytes) {
      cut();
    }
    return filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled);
  }

  /** A buffer as a socket might give one: on or off the heap, not beginning at 0. */
  private ByteBuf buffer(byte[] bytes) {
    int padding = random.nextInt(MAX_PADDING_BYTES);
    int capacity = bytes.length + padding;
    ByteBuf data =
        random.nextBoolean() ? allocator.directBuffer(capacity) : allocator.heapBuffer(capacity);
    return data.writeZero(padding).skipBytes(padding).writeBytes(bytes);
  }

  /** A closed socket takes what still arrives and forgets it. */
  private void discardInput() {
    MemoryLink from = remote();
    while (!stalled && from.hasArrived()) {
      Parcel parcel = from.sent.remove();
      from.sentBytes -= parcel.data().readableBytes();
      parcel.data().release();
    }
    from.loop.execute(from::noteWritability);
    from.loop.execute(from::noteDrained);
  }

  private void noteWritability() {
    if (ended) {
      return;
    }
    if (undeliveredBytes() >= options.highMarkBytes()) {
      unwritable = true;
    } else if (unwritable && undeliveredBytes() < options.highMarkBytes() / 2) {
      unwritable = false;
      runOnWritable();
    }
  }

  private void runOnWritable() {
    Runnable resume = onWritable;
    if (resume != null) {
      resume.run();
    }
  }

  private void noteDrained() {
    if (closing && !ended && undeliveredBytes() == 0) {
      end(null);
    }
  }

  private void noteEndOfInput() {
    MemoryLink from = remote();
    boolean closedInOrder = from.closing && !from.failed && from.undeliveredBytes() == 0;
    boolean arrived = loop.nanoTime() - (from.closedAtNanos + options.latencyNanos()) >= 0;
    if (closedInOrder && arrived && reading && !stalled && unread.isEmpty()) {
      end(null);
    }
    if (ended) {
      reportEnd();
    }
  }

  private void fail(@Nullable Throwable why) {
    if (!ended) {
      failed = true;
      releaseUnread();
      end(why);
    }
  }

  private void end(@Nullable Throwable why) {
    if (ended) {
      return;
    }
    ended = true;
    cause = why;
    linger.cancel();
    releaseOutput();
    loop.execute(this::runOnWritable);
    loop.execute(this::reportEnd);
  }

  private void reportEnd() {
    ByteReceiver current = receiver;
    if (current != null && !endReported && unread.isEmpty()) {
      endReported = true;
      current.onClosed(cause);
    }
  }

  private void releaseOutput() {
    unflushed.forEach(ByteBuf::release);
    unflushed.clear();
    sent.forEach(parcel -> parcel.data().release());
    sent.clear();
    unflushedBytes = 0;
    sentBytes = 0;
  }

  private void releaseUnread() {
    unread.forEach(ByteBuf::release);
    unread.clear();
    unreadInsertAt = 0;
  }

  /** Drops everything without telling anyone: the test is over. */
  void discard() {
    ended = true;
    closing = true;
    endReported = true;
    linger.cancel();
    releaseOutput();
    releaseUnread();
  }
}
