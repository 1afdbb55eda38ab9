package io.ethpeerflow.yamux.link;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.state.SendState;
import io.ethpeerflow.yamux.session.SessionStream;
import io.ethpeerflow.yamux.session.StreamEvents;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link SessionStream} as the SPI sees it: futures, one reader, one resume callback. */
@OwnedBy("connection loop")
final class YamuxStream implements RawStream, StreamEvents {
  private static final Logger LOG = LoggerFactory.getLogger(YamuxStream.class);

  private record FlushWaiter(long untilBytes, boolean untilEnd, CompletableFuture<Void> done) {}

  private final YamuxConnection connection;
  private final SessionStream stream;
  private final CompletableFuture<StreamEnd> closed = new CompletableFuture<>();
  private @Nullable StreamReader reader;
  private @Nullable Runnable resume;
  private @Nullable ArrayDeque<FlushWaiter> flushWaiters;

  YamuxStream(YamuxConnection connection, SessionStream stream) {
    this.connection = connection;
    this.stream = stream;
    stream.events(this);
  }

  @Override
  public MuxedConnection connection() {
    return connection;
  }

  @Override
  public long id() {
    return Integer.toUnsignedLong(stream.id());
  }

  @Override
  public Direction direction() {
    return stream.direction();
  }

  @Override
  public StreamScope scope() {
    return stream.scope();
  }

  @Override
  public void reader(StreamReader newReader) {
    assert connection.loop().inLoop();
    reader = newReader;
    stream.readerInstalled();
  }

  @Override
  public void request(long bytes) {
    assert connection.loop().inLoop();
    if (bytes < 1) {
      throw new IllegalArgumentException("request: " + bytes + " < 1");
    }
    stream.request(bytes);
  }

  @Override
  public long demand() {
    return stream.demand();
  }

  @Override
  public boolean offer(ByteBuf data) {
    assert connection.loop().inLoop();
    return stream.offer(data);
  }

  @Override
  public long queuedBytes() {
    return stream.queuedBytes();
  }

  @Override
  public void maxQueuedBytes(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxQueuedBytes: " + bytes + " < 1");
    }
    stream.maxQueuedBytes(bytes);
  }

  @Override
  public void onWritable(Runnable task) {
    assert connection.loop().inLoop();
    resume = task;
    stream.watchWritable();
  }

  @Override
  public CompletableFuture<Void> flush() {
    assert connection.loop().inLoop();
    boolean closing = stream.sendState() == SendState.CLOSING;
    if (stream.sendState() == SendState.RESET) {
      return CompletableFuture.failedFuture(earlyEnd());
    }
    if (stream.queuedBytes() == 0 && !closing && !connection.isUnflushed()) {
      return CompletableFuture.completedFuture(null);
    }
    if (flushWaiters == null) {
      flushWaiters = new ArrayDeque<>(2);
    }
    var waiter = new FlushWaiter(stream.offeredBytes(), closing, new CompletableFuture<>());
    flushWaiters.add(waiter);
    stream.watchFlush(true);
    return waiter.done();
  }

  @Override
  public void closeWrite() {
    assert connection.loop().inLoop();
    stream.closeWrite();
  }

  @Override
  public void stopReading(StreamErrorCode code) {
    assert connection.loop().inLoop();
    stream.stopReading(code);
  }

  @Override
  public void resetWrite(StreamErrorCode code) {
    reset(code);
  }

  @Override
  public void reset(StreamErrorCode code) {
    assert connection.loop().inLoop();
    stream.reset(code);
  }

  @Override
  public boolean writeOpen() {
    return stream.sendState() == SendState.OPEN;
  }

  /** A copy each time: completing or timing out what we hand out must not end the stream's. */
  @Override
  public CompletableFuture<StreamEnd> closed() {
    return closed.copy();
  }

  // Events.

  @Override
  public void onData(ByteBuf data) {
    StreamReader current = reader;
    if (current == null) {
      throw new IllegalStateException("bytes without a reader");
    }
    try {
      current.onData(data);
    } catch (RuntimeException failure) {
      onCallbackFailure(failure);
    }
  }

  @Override
  public void onEnd() {
    if (reader != null) {
      guard(reader::onEnd);
    }
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    StreamReader current = reader;
    if (current != null) {
      guard(() -> current.onReset(code, byRemote));
    }
  }

  @Override
  public void onWritable() {
    Runnable task = resume;
    resume = null;
    if (task != null) {
      guard(task);
    }
  }

  @Override
  public void onFlushed() {
    ArrayDeque<FlushWaiter> waiters = flushWaiters;
    if (waiters == null) {
      return;
    }
    SendState state = stream.sendState();
    FlushWaiter next;
    while ((next = waiters.peek()) != null) {
      boolean written =
          stream.writtenBytes() >= next.untilBytes()
              && (!next.untilEnd() || state == SendState.CLOSED);
      if (!written && state != SendState.RESET) {
        return;
      }
      waiters.remove();
      if (written) {
        next.done().complete(null);
      } else {
        next.done().completeExceptionally(earlyEnd());
      }
    }
    stream.watchFlush(false);
  }

  @Override
  public void onEnded(StreamEnd end) {
    connection.counts(end);
    closed.complete(end);
  }

  private RuntimeException earlyEnd() {
    return stream.earlyEnd().asException();
  }

  private void guard(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException failure) {
      onCallbackFailure(failure);
    }
  }

  private void onCallbackFailure(RuntimeException failure) {
    LOG.warn("stream={} a callback of its user failed, stream reset", id(), failure);
    stream.reset(StreamErrorCode.NO_ERROR);
  }
}
