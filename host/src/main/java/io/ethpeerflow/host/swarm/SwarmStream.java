package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.MessageStream;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A muxer's stream with an agreed protocol, open to every thread. The muxer's stream is touched on
 * the connection's loop only: a call from that loop goes straight through, a call from elsewhere is
 * handed over as a task, and what such calls queue is bounded by a counter that both sides share.
 *
 * <p>Reads pass through {@link StreamIntake}, which first lets the negotiation take its bytes and
 * then holds back what exceeds the demand. Writes that the muxer refuses wait in {@code waiting},
 * in order, at most {@code maxQueuedBytes} more.
 */
final class SwarmStream implements Stream {
  private final SwarmConnection connection;
  private final RawStream raw;
  private final Loop loop;
  private final int maxQueuedBytes;
  private final StreamIntake intake;
  private final AtomicBoolean readSideUsed = new AtomicBoolean();
  private final AtomicLong handedOverBytes = new AtomicLong();
  private final StreamDeadlines deadlines;
  private final CompletableFuture<StreamEnd> closed = new CompletableFuture<>();
  private volatile @Nullable ProtocolId protocol;

  @OwnedBy("connection loop")
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(2);

  @OwnedBy("connection loop")
  private long waitingBytes;

  @OwnedBy("connection loop")
  private @Nullable Runnable resume;

  @OwnedBy("connection loop")
  private boolean closeWriteWhenWritten;

  @OwnedBy("connection loop")
  private boolean resumeArmed;

  /** A writer that tries and waits in turns would else be called for ever. */
  @OwnedBy("connection loop")
  private boolean endOfWritingTold;

  private record Waiting(ByteBuf data, @Nullable CompletableFuture<Void> taken) {}

  @OwnedBy("connection loop")
  private long offeredBytes;

  SwarmStream(SwarmConnection connection, RawStream raw, int maxQueuedBytes) {
    this.connection = connection;
    this.raw = raw;
    this.loop = raw.connection().loop();
    this.maxQueuedBytes = maxQueuedBytes;
    this.deadlines = new StreamDeadlines(loop, this);
    this.intake = new StreamIntake(raw, deadlines);
    raw.maxQueuedBytes(maxQueuedBytes);
    raw.closed()
        .thenAccept(
            end -> {
              deadlines.cancel();
              failWaiting(end);
              connection.keepUndelivered(intake);
              closed.complete(end);
            });
  }

  /** The muxer's stream. */
  RawStream raw() {
    return raw;
  }

  /** Where the bytes that arrive go first. */
  StreamIntake intake() {
    return intake;
  }

  Loop loop() {
    return loop;
  }

  /** Says what the stream speaks: before it is handed to anyone. */
  void agreedOn(ProtocolId agreed) {
    protocol = agreed;
  }

  @Override
  public Connection connection() {
    return connection;
  }

  @Override
  public ProtocolId protocol() {
    ProtocolId agreed = protocol;
    if (agreed == null) {
      throw new IllegalStateException("the protocol is not negotiated yet");
    }
    return agreed;
  }

  @Override
  public Direction direction() {
    return raw.direction();
  }

  @Override
  public void read(StreamReader reader) {
    if (!readSideUsed.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "the read side is already in use: read, messages and blocking exclude each other");
    }
    loop.runOnLoop(() -> intake.reader(reader));
  }

  @Override
  public void request(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("request: " + bytes + " < 1");
    }
    if (loop.inLoop()) {
      intake.request(bytes);
    } else {
      loop.execute(() -> intake.request(bytes));
    }
  }

  @Override
  public boolean offer(ByteBuf data) {
    if (loop.inLoop()) {
      return waiting.isEmpty() && !closeWriteWhenWritten && offerRaw(data);
    }
    int bytes = data.readableBytes();
    long before = handedOverBytes.getAndAdd(bytes);
    if (before >= maxQueuedBytes || closed.isDone()) {
      handedOverBytes.addAndGet(-bytes);
      return false;
    }
    loop.execute(
        () -> {
          if (waiting.isEmpty() && !closeWriteWhenWritten && offerRaw(data)) {
            handedOverBytes.addAndGet(-bytes);
          } else {
            park(data, null);
          }
        });
    return true;
  }

  private boolean offerRaw(ByteBuf data) {
    int bytes = data.readableBytes();
    if (!raw.offer(data)) {
      return false;
    }
    offeredBytes += bytes;
    return true;
  }

  @Override
  public void onWritable(Runnable next) {
    loop.runOnLoop(
        () -> {
          if (endOfWritingTold) {
            return;
          }
          resume = next;
          if (closed.isDone()) {
            loop.execute(this::runResume);
          } else {
            armResume();
          }
        });
  }

  @Override
  public CompletableFuture<Void> write(ByteBuf data) {
    var taken = new CompletableFuture<Void>();
    if (loop.inLoop()) {
      writeOnLoop(data, taken);
    } else {
      loop.execute(() -> writeOnLoop(data, taken));
    }
    return taken;
  }

  private void writeOnLoop(ByteBuf data, CompletableFuture<Void> taken) {
    if (waiting.isEmpty() && !closeWriteWhenWritten && offerRaw(data)) {
      taken.complete(null);
    } else if (!raw.writeOpen() || closeWriteWhenWritten) {
      data.release();
      taken.completeExceptionally(writeSideEnded());
    } else if (waitingBytes > 0 && waitingBytes + data.readableBytes() > maxQueuedBytes) {
      int requested = data.readableBytes();
      data.release();
      taken.completeExceptionally(
          new ResourceLimitException(
              "stream", "maxQueuedBytes", maxQueuedBytes, waitingBytes, requested));
    } else {
      park(data, taken);
    }
  }

  private void park(ByteBuf data, @Nullable CompletableFuture<Void> taken) {
    if (!raw.writeOpen() || closeWriteWhenWritten) {
      giveUp(new Waiting(data, taken), writeSideEnded());
      return;
    }
    waiting.add(new Waiting(data, taken));
    waitingBytes += data.readableBytes();
    armResume();
  }

  private void armResume() {
    if (!resumeArmed) {
      resumeArmed = true;
      raw.onWritable(this::onRawWritable);
    }
  }

  private void onRawWritable() {
    resumeArmed = false;
    drainWaiting();
    if (!waiting.isEmpty()) {
      armResume();
      return;
    }
    runResume();
  }

  private void drainWaiting() {
    for (Waiting first = waiting.peek(); first != null; first = waiting.peek()) {
      int bytes = first.data.readableBytes();
      if (!raw.writeOpen()) {
        waiting.poll();
        waitingBytes -= bytes;
        giveUp(first, writeSideEnded());
      } else if (offerRaw(first.data)) {
        waiting.poll();
        waitingBytes -= bytes;
        if (first.taken == null) {
          handedOverBytes.addAndGet(-bytes);
        } else {
          first.taken.complete(null);
        }
      } else {
        return;
      }
    }
    if (closeWriteWhenWritten) {
      raw.closeWrite();
    }
  }

  private void failWaiting(StreamEnd end) {
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      waitingBytes -= next.data.readableBytes();
      giveUp(next, end.asException());
    }
    runResume();
  }

  private void runResume() {
    Runnable next = resume;
    if (next != null) {
      resume = null;
      endOfWritingTold = !raw.writeOpen();
      next.run();
    }
  }

  private void giveUp(Waiting item, Throwable why) {
    int bytes = item.data.readableBytes();
    item.data.release();
    if (item.taken == null) {
      handedOverBytes.addAndGet(-bytes);
    } else {
      item.taken.completeExceptionally(why);
    }
  }

  private Throwable writeSideEnded() {
    StreamEnd end = closed.getNow(null);
    return end == null ? new IllegalStateException("the write side is closed") : end.asException();
  }

  @Override
  public CompletableFuture<Void> flush() {
    var flushed = new CompletableFuture<Void>();
    loop.runOnLoop(() -> whenWritten(flushed));
    return flushed;
  }

  private void whenWritten(CompletableFuture<Void> flushed) {
    Waiting last = waiting.peekLast();
    if (last == null) {
      raw.flush()
          .whenComplete(
              (done, failure) -> {
                if (failure == null) {
                  flushed.complete(null);
                } else {
                  flushed.completeExceptionally(failure);
                }
              });
      return;
    }
    var taken = new CompletableFuture<Void>();
    waiting.add(new Waiting(last.data.alloc().buffer(0, 0), taken));
    taken.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            whenWritten(flushed);
          } else {
            flushed.completeExceptionally(failure);
          }
        });
  }

  @Override
  public CompletableFuture<Void> closeWrite() {
    var sent = new CompletableFuture<Void>();
    loop.runOnLoop(
        () -> {
          if (waiting.isEmpty()) {
            raw.closeWrite();
          } else {
            closeWriteWhenWritten = true;
          }
          whenWritten(sent);
        });
    return sent;
  }

  @Override
  public void stopReading(StreamErrorCode code) {
    loop.runOnLoop(() -> intake.stop(code));
  }

  @Override
  public void resetWrite(StreamErrorCode code) {
    loop.runOnLoop(() -> raw.resetWrite(code));
  }

  @Override
  public void reset(StreamErrorCode code) {
    loop.runOnLoop(() -> raw.reset(code));
  }

  @Override
  public void readDeadline(Duration fromNow) {
    long nanos = nanosOf(fromNow);
    loop.runOnLoop(() -> deadlines.read(nanos));
  }

  @Override
  public void writeDeadline(Duration fromNow) {
    long nanos = nanosOf(fromNow);
    loop.runOnLoop(() -> deadlines.write(nanos));
  }

  private static long nanosOf(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("deadline: " + duration + " is negative");
    }
    return duration.compareTo(Duration.ofDays(365)) > 0 ? 0 : duration.toNanos();
  }

  /** Bytes that were offered and have not left, for the write deadline. Loop only. */
  long unsentBytes() {
    return raw.queuedBytes() + waitingBytes;
  }

  /** Bytes that have left, for the write deadline. Loop only. */
  long sentBytes() {
    return offeredBytes - raw.queuedBytes();
  }

  @Override
  public CompletableFuture<StreamEnd> closed() {
    return closed.copy();
  }

  @Override
  public MessageStream messages(int maxMessageBytes) {
    var view = new MessageView(this, maxMessageBytes);
    read(view);
    return view;
  }

  @Override
  public BlockingStream blocking() {
    var view = new BlockingView(this);
    read(view);
    return view;
  }

  @Override
  public String toString() {
    return "stream " + raw.id() + " " + direction() + " " + protocol + " of " + connection;
  }
}
