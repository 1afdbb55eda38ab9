package io.ethpeerflow.noise;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Two links that carry each other's bytes in virtual time, and whose bytes a test may cut and
 * change.
 */
public final class Pipe {
  public final VirtualClock clock = new VirtualClock();
  public final VirtualLoop virtual = new VirtualLoop(clock, "pipe");
  public final Loop loop = new AdaptedLoop(virtual);
  public final End a = new End();
  public final End b = new End();
  private final ByteBufAllocator allocator;
  private final @Nullable SeededRandom cuts;

  public Pipe() {
    this(ByteBufAllocator.DEFAULT, null);
  }

  /** With chunks cut at random, or as written when {@code cuts} is null. */
  public Pipe(ByteBufAllocator allocator, @Nullable SeededRandom cuts) {
    this.allocator = allocator;
    this.cuts = cuts;
    a.other = b;
    b.other = a;
  }

  /** Runs a step on the loop, then all that follows from it. */
  public void run(Runnable step) {
    virtual.run(step);
    settle();
  }

  public void settle() {
    clock.runUntilIdle(Duration.ofSeconds(1));
  }

  private record AdaptedLoop(VirtualLoop loop) implements Loop {
    @Override
    public boolean inLoop() {
      return loop.inLoop();
    }

    @Override
    public void execute(Runnable task) {
      loop.execute(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
      return loop.schedule(delayNanos, task)::cancel;
    }

    @Override
    public long nanoTime() {
      return loop.nanoTime();
    }
  }

  /** One end. */
  public final class End implements ByteLink {
    private End other = this;
    private final ArrayDeque<ByteBuf> written = new ArrayDeque<>();
    private final ArrayDeque<ByteBuf> inbox = new ArrayDeque<>();
    private @Nullable ByteReceiver receiver;
    private boolean holding = true;
    private boolean remoteEnded;
    private boolean endDelivered;
    private @Nullable Throwable endCause;
    public boolean closed;
    public boolean aborted;
    public boolean reading = true;
    public boolean writable = true;
    public long sentBytes;
    public int flushes;

    /** What happens to the bytes on their way out; one call per flush. */
    public UnaryOperator<byte[]> onTheWay = UnaryOperator.identity();

    @Override
    public Loop loop() {
      return loop;
    }

    @Override
    public ByteBufAllocator allocator() {
      return allocator;
    }

    @Override
    public void receiver(ByteReceiver next) {
      receiver = next;
      holding = false;
      deliver();
    }

    @Override
    public void unread(ByteBuf data) {
      inbox.addFirst(data);
      holding = true;
    }

    @Override
    public void reading(boolean on) {
      reading = on;
      loop.execute(this::deliver);
    }

    @Override
    public void write(ByteBuf data) {
      if (closed || aborted) {
        data.release();
        return;
      }
      written.add(data);
    }

    @Override
    public void flush() {
      flushes++;
      int bytes = written.stream().mapToInt(ByteBuf::readableBytes).sum();
      if (bytes == 0) {
        return;
      }
      var all = new byte[bytes];
      int at = 0;
      for (ByteBuf data = written.poll(); data != null; data = written.poll()) {
        int n = data.readableBytes();
        data.readBytes(all, at, n);
        data.release();
        at += n;
      }
      sentBytes += bytes;
      byte[] sent = onTheWay.apply(all);
      loop.execute(() -> other.arrive(sent));
    }

    /** Bytes from the network. */
    public void arrive(byte[] bytes) {
      if (aborted || bytes.length == 0) {
        return;
      }
      ByteBuf whole = allocator.directBuffer(bytes.length).writeBytes(bytes);
      if (cuts == null) {
        inbox.add(whole);
      } else {
        for (ByteBuf piece : cuts.split(whole, Math.max(1, bytes.length / 2))) {
          inbox.add(allocator.directBuffer(piece.readableBytes()).writeBytes(piece));
          piece.release();
        }
        whole.release();
      }
      deliver();
    }

    private void deliver() {
      boolean some = false;
      while (!holding && reading && !aborted && !inbox.isEmpty() && receiver != null) {
        receiver.onData(inbox.remove());
        some = true;
      }
      if (some && !holding && receiver != null) {
        receiver.onReadComplete();
      }
      if (remoteEnded
          && !endDelivered
          && !holding
          && receiver != null
          && (inbox.isEmpty() || aborted)) {
        endDelivered = true;
        receiver.onClosed(endCause);
      }
    }

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public void onWritable(Runnable resume) {}

    @Override
    public void close() {
      if (closed || aborted) {
        return;
      }
      flush();
      closed = true;
      loop.execute(() -> other.end(null));
      loop.execute(() -> end(null));
    }

    @Override
    public void abort() {
      if (aborted) {
        return;
      }
      aborted = true;
      written.forEach(ByteBuf::release);
      written.clear();
      inbox.forEach(ByteBuf::release);
      inbox.clear();
      loop.execute(() -> other.end(new java.io.IOException("connection reset")));
      loop.execute(() -> end(null));
    }

    /** The network ends the link. */
    public void end(@Nullable Throwable cause) {
      if (!remoteEnded) {
        remoteEnded = true;
        endCause = cause;
        deliver();
      }
    }

    /** What has arrived and was not taken. */
    public byte[] takeInbox() {
      var all = allocator.buffer();
      for (ByteBuf data = inbox.poll(); data != null; data = inbox.poll()) {
        all.writeBytes(data);
        data.release();
      }
      byte[] bytes = ByteBufUtil.getBytes(all);
      all.release();
      return bytes;
    }
  }
}
