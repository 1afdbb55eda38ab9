package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.core.spi.LoopOwned;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A stream as blocking {@code java.io} streams. The loop fills a queue that demand bounds to {@link
 * #READ_AHEAD_BYTES}; locks, never monitors, so that virtual threads are not pinned.
 */
final class BlockingView implements BlockingStream, StreamReader {
  private static final int READ_AHEAD_BYTES = 256 << 10;
  private static final int WRITE_CHUNK_BYTES = 32 << 10;

  private final SwarmStream stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private final In in = new In();
  private final Out out = new Out();
  private long takenBytes;
  private boolean ended;
  private boolean writable;
  private boolean writeClosed;
  private boolean readClosed;
  private @Nullable StreamResetException reset;

  BlockingView(SwarmStream stream) {
    this.stream = stream;
    stream.request(READ_AHEAD_BYTES);
    stream.closed().thenAccept(this::onClosed);
  }

  @Override
  public Stream stream() {
    return stream;
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void onData(ByteBuf data) {
    lock.lock();
    try {
      if (readClosed) {
        data.release();
        return;
      }
      queue.add(data);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onEnd() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    lock.lock();
    try {
      reset = new StreamResetException(code, byRemote);
      dropQueue();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void onClosed(StreamEnd end) {
    lock.lock();
    try {
      if (!(end instanceof StreamEnd.Finished) && reset == null) {
        reset =
            end instanceof StreamEnd.Reset by
                ? new StreamResetException(by.code(), by.byRemote())
                : new StreamResetException(StreamErrorCode.NO_ERROR, true);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void dropQueue() {
    queue.forEach(ByteBuf::release);
    queue.clear();
  }

  @Override
  public void closeWrite() {
    refuseOnLoop();
    lock.lock();
    try {
      if (writeClosed) {
        return;
      }
      writeClosed = true;
    } finally {
      lock.unlock();
    }
    stream.closeWrite();
  }

  @Override
  public void close() {
    boolean finished;
    lock.lock();
    try {
      finished = writeClosed && ended && queue.isEmpty();
      readClosed = true;
      writeClosed = true;
      dropQueue();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (!finished) {
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }

  private void refuseOnLoop() {
    if (Thread.currentThread() instanceof LoopOwned || stream.loop().inLoop()) {
      throw new IllegalStateException(
          "a blocking call on an event loop would stop every connection that the loop serves");
    }
  }

  /** Every caller loops on its condition. */
  @SuppressWarnings("WaitNotInLoop")
  private void await() throws InterruptedIOException {
    try {
      changed.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("interrupted while waiting on a stream")
              .initCause(interrupted);
    }
  }

  private static IOException asIo(Throwable cause) {
    return new IOException(cause.getMessage(), cause);
  }

  private final class In extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      refuseOnLoop();
      if (length == 0) {
        return 0;
      }
      long credit;
      int bytes;
      lock.lock();
      try {
        while (queue.isEmpty()) {
          if (readClosed) {
            throw new IOException("the read side is closed");
          }
          if (ended) {
            return -1;
          }
          if (reset != null) {
            throw asIo(reset);
          }
          await();
        }
        ByteBuf first = queue.element();
        bytes = Math.min(length, first.readableBytes());
        first.readBytes(into, offset, bytes);
        if (!first.isReadable()) {
          queue.remove();
          first.release();
        }
        takenBytes += bytes;
        credit = takenBytes >= READ_AHEAD_BYTES / 2 ? takenBytes : 0;
        takenBytes -= credit;
      } finally {
        lock.unlock();
      }
      if (credit > 0) {
        stream.request(credit);
      }
      return bytes;
    }

    @Override
    public int available() {
      lock.lock();
      try {
        return queue.isEmpty() ? 0 : queue.element().readableBytes();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      boolean finished;
      lock.lock();
      try {
        finished = readClosed || (ended && queue.isEmpty());
        readClosed = true;
        dropQueue();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (!finished) {
        stream.stopReading(StreamErrorCode.NO_ERROR);
      }
    }
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      refuseOnLoop();
      int done = 0;
      while (done < length) {
        int bytes = Math.min(WRITE_CHUNK_BYTES, length - done);
        ByteBuf chunk = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
        chunk.writeBytes(from, offset + done, bytes);
        offer(chunk);
        done += bytes;
      }
    }

    private void offer(ByteBuf chunk) throws IOException {
      boolean taken = false;
      try {
        while (true) {
          checkOpen();
          taken = stream.offer(chunk);
          if (taken) {
            return;
          }
          awaitWritable();
        }
      } finally {
        if (!taken) {
          chunk.release();
        }
      }
    }

    private void checkOpen() throws IOException {
      lock.lock();
      try {
        if (writeClosed) {
          throw new IOException("the write side is closed");
        }
        if (reset != null) {
          throw asIo(reset);
        }
        writable = false;
      } finally {
        lock.unlock();
      }
    }

    private void awaitWritable() throws IOException {
      stream.onWritable(
          () -> {
            lock.lock();
            try {
              writable = true;
              changed.signalAll();
            } finally {
              lock.unlock();
            }
          });
      lock.lock();
      try {
        while (!writable && reset == null && !writeClosed) {
          await();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void flush() throws IOException {
      refuseOnLoop();
      CompletableFuture<Void> flushed = stream.flush();
      try {
        flushed.get();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException)
            new InterruptedIOException("interrupted while flushing").initCause(interrupted);
      } catch (ExecutionException failed) {
        throw asIo(failed.getCause() == null ? failed : failed.getCause());
      }
    }

    @Override
    public void close() {
      closeWrite();
    }
  }
}
