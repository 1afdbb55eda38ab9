package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.Datagrams;
import io.ethpeerflow.core.spi.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams as simple as the contract allows, handed from one end's loop to the other's; and, with
 * a {@link DatagramDefect}, such that break it in one way. 64 may wait at either end.
 */
final class ReferenceDatagrams implements Datagrams {
  static final int MAX_BYTES = 1200;
  private static final int MAX_WAITING = 64;

  private final Loop loop;
  private final DatagramDefect defect;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<ByteBuf> outbound = new ArrayDeque<>();
  private final Queue<ByteBuf> held = new ArrayDeque<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong droppedOutbound = new AtomicLong();
  private final AtomicLong droppedInbound = new AtomicLong();
  private volatile @Nullable ReferenceDatagrams remote;
  private @Nullable Consumer<ByteBuf> reader;
  private boolean flushQueued;
  private boolean stalled;
  private boolean ended;

  ReferenceDatagrams(Loop loop, DatagramDefect defect) {
    this.loop = loop;
    this.defect = defect;
  }

  void connect(ReferenceDatagrams other) {
    remote = other;
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  /** Stops or resumes what leaves this end. */
  void stall(boolean on) {
    locked(
        () -> {
          stalled = on;
          queueFlush();
        });
  }

  void end() {
    locked(
        () -> {
          ended = true;
          droppedOutbound.addAndGet(outbound.size());
          outbound.forEach(ByteBuf::release);
          outbound.clear();
          droppedInbound.addAndGet(held.size());
          held.forEach(ByteBuf::release);
          held.clear();
        });
  }

  @Override
  public int maxBytes() {
    return MAX_BYTES;
  }

  @Override
  public boolean send(ByteBuf payload) {
    int bytes = payload.readableBytes();
    if (bytes > MAX_BYTES) {
      if (defect != DatagramDefect.LEAKS_WHAT_IS_TOO_LARGE) {
        payload.release();
      }
      throw new IllegalArgumentException("datagram of " + bytes + " bytes > " + MAX_BYTES);
    }
    lock.lock();
    try {
      boolean refused =
          ended && defect != DatagramDefect.SENDS_AFTER_THE_END
              || outbound.size() >= MAX_WAITING && defect != DatagramDefect.QUEUES_WITHOUT_BOUND;
      if (refused) {
        drop(payload, droppedOutbound, defect == DatagramDefect.LEAKS_WHAT_IT_REFUSES);
        return false;
      }
      if (bytes > 0 || defect != DatagramDefect.LOSES_EMPTY_ONES) {
        outbound.add(payload);
        queueFlush();
      } else {
        payload.release();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void drop(ByteBuf payload, AtomicLong count, boolean leaks) {
    if (defect != DatagramDefect.COUNTS_NOTHING_THAT_IT_DROPS) {
      count.incrementAndGet();
    }
    if (!leaks) {
      payload.release();
    }
  }

  private void queueFlush() {
    if (!flushQueued && !outbound.isEmpty() && !stalled) {
      flushQueued = true;
      loop.execute(() -> locked(this::flush));
    }
  }

  private void flush() {
    flushQueued = false;
    ReferenceDatagrams to = remote;
    while (!stalled && to != null && !outbound.isEmpty()) {
      ByteBuf payload = next();
      sent.incrementAndGet();
      if (defect == DatagramDefect.DELIVERS_ON_THE_SENDERS_LOOP) {
        loop.execute(() -> to.arrive(payload));
      } else {
        to.loop.execute(() -> to.arrive(payload));
      }
    }
  }

  private ByteBuf next() {
    ByteBuf first = outbound.remove();
    if (defect != DatagramDefect.JOINS_WHAT_IS_QUEUED_TOGETHER || outbound.isEmpty()) {
      return first;
    }
    return Unpooled.wrappedBuffer(first, outbound.remove());
  }

  private void arrive(ByteBuf payload) {
    Consumer<ByteBuf> to = readerOrKeep(payload);
    if (to != null) {
      received.incrementAndGet();
      to.accept(payload);
    }
  }

  /** The reader; without one, the payload is kept or dropped. */
  private @Nullable Consumer<ByteBuf> readerOrKeep(ByteBuf payload) {
    lock.lock();
    try {
      if (reader != null) {
        return reader;
      }
      boolean full =
          ended || held.size() >= MAX_WAITING && defect != DatagramDefect.HOLDS_WITHOUT_BOUND;
      if (full || defect == DatagramDefect.LOSES_WHAT_COMES_BEFORE_THE_READER) {
        drop(payload, droppedInbound, false);
      } else {
        held.add(payload);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void receive(Consumer<ByteBuf> newReader) {
    locked(
        () -> {
          if (reader != null && defect != DatagramDefect.TAKES_A_SECOND_READER) {
            throw new IllegalStateException("there is a reader already");
          }
        });
    Runnable begin =
        () -> {
          Queue<ByteBuf> waiting = new ArrayDeque<>();
          locked(
              () -> {
                waiting.addAll(held);
                held.clear();
                received.addAndGet(waiting.size());
              });
          waiting.forEach(newReader);
        };
    locked(() -> reader = newReader);
    if (defect == DatagramDefect.DELIVERS_FROM_WITHIN_RECEIVE) {
      begin.run();
    } else {
      loop.execute(begin);
    }
  }

  @Override
  public Counts counts() {
    return new Counts(sent.get(), received.get(), droppedOutbound.get(), droppedInbound.get());
  }
}
