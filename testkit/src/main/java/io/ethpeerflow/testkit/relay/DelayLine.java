package io.ethpeerflow.testkit.relay;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Holds pieces of data until they are due; bounded by bytes. */
final class DelayLine<T> {
  private final long capacityBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Entry<T>> queue = new PriorityQueue<>();
  private long heldBytes;
  private long sequence;
  private boolean closed;

  DelayLine(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  /** Puts a piece in, and waits for room first; false once closed. */
  boolean put(T item, int bytes, long dueNanos) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && heldBytes > 0 && heldBytes + bytes > capacityBytes) {
        changed.await();
      }
      return add(item, bytes, dueNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Puts a piece in if there is room. */
  boolean offer(T item, int bytes, long dueNanos) {
    lock.lock();
    try {
      return heldBytes + bytes <= capacityBytes && add(item, bytes, dueNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the first piece that falls due; pieces due at once come in the order put. */
  @Nullable T take() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        Entry<T> first = queue.peek();
        if (first == null) {
          changed.await();
          continue;
        }
        long waitNanos = first.dueNanos - System.nanoTime();
        if (waitNanos <= 0) {
          queue.poll();
          heldBytes -= first.bytes;
          changed.signalAll();
          return first.item;
        }
        changed.await(waitNanos, TimeUnit.NANOSECONDS);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean add(T item, int bytes, long dueNanos) {
    if (closed) {
      return false;
    }
    queue.add(new Entry<>(item, bytes, dueNanos, sequence++));
    heldBytes += bytes;
    changed.signalAll();
    return true;
  }

  private record Entry<T>(T item, int bytes, long dueNanos, long sequence)
      implements Comparable<Entry<T>> {
    @Override
    public int compareTo(Entry<T> other) {
      int byTime = Long.signum(dueNanos - other.dueNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
