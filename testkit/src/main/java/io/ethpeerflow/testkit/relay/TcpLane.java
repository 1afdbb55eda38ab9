package io.ethpeerflow.testkit.relay;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The faults of one direction of a {@link TcpRelay}, for all its connections. */
public final class TcpLane {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition resumed = lock.newCondition();
  private volatile long delayNanos;
  private volatile long bytesPerSecond;
  private volatile int maxPieceBytes;
  private volatile long pauseNanos;
  private volatile boolean swallowing;
  private volatile boolean stalled;

  TcpLane() {}

  /** Holds everything back by this long, ends of stream included; not negative. */
  public TcpLane delay(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay);
    }
    delayNanos = delay.toNanos();
    return this;
  }

  /** Caps each connection's bandwidth; 0 means unlimited. */
  public TcpLane bandwidth(long limitBytesPerSecond) {
    if (limitBytesPerSecond < 0) {
      throw new IllegalArgumentException("bytesPerSecond: " + limitBytesPerSecond);
    }
    bytesPerSecond = limitBytesPerSecond;
    return this;
  }

  /**
   * Writes in pieces of 1 to {@code maxBytes} bytes of drawn size; 0 means as read.
   *
   * @param pause between pieces; without one the receiver's kernel may join them again
   */
  public TcpLane pieces(int maxBytes, Duration pause) {
    if (maxBytes < 0 || pause.isNegative()) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + ", pause: " + pause);
    }
    maxPieceBytes = maxBytes;
    pauseNanos = maxBytes == 0 ? 0 : pause.toNanos();
    return this;
  }

  /**
   * Stops reading, so that the sender runs into full buffers. At most one read that was under way,
   * of 64 KiB, is held and forwarded after {@link #resume()}.
   */
  public TcpLane stall() {
    stalled = true;
    return this;
  }

  /** Ends {@link #stall()}. */
  public TcpLane resume() {
    lock.lock();
    try {
      stalled = false;
      resumed.signalAll();
    } finally {
      lock.unlock();
    }
    return this;
  }

  /**
   * Whether to read and throw away whatever comes, ends and resets included: the receiver hears
   * nothing more, the sender notices nothing.
   */
  public TcpLane swallow(boolean enabled) {
    swallowing = enabled;
    return this;
  }

  boolean isSwallowing() {
    return swallowing;
  }

  long dueNanos() {
    return System.nanoTime() + delayNanos;
  }

  long bytesPerSecond() {
    return bytesPerSecond;
  }

  int maxPieceBytes() {
    return maxPieceBytes;
  }

  long pauseNanos() {
    return pauseNanos;
  }

  void awaitFlow() throws InterruptedException {
    if (!stalled) {
      return;
    }
    lock.lock();
    try {
      while (stalled) {
        resumed.await();
      }
    } finally {
      lock.unlock();
    }
  }
}
