package io.ethpeerflow.benchmarks.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Says when operations of the traffic may begin, and knows which ones run. Any thread. */
final class Gate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<String> running = new ArrayList<>();
  private boolean open;
  private boolean calm;
  private int epoch;

  /**
   * Under which circumstances an operation began.
   *
   * @param calm whether nothing was disturbed
   * @param epoch counts how often that changed
   */
  record Ticket(boolean calm, int epoch) {}

  /** Waits until operations may begin. */
  Ticket enter(String operation) throws InterruptedException {
    lock.lock();
    try {
      while (!open) {
        changed.await();
      }
      running.add(operation);
      return new Ticket(calm, epoch);
    } finally {
      lock.unlock();
    }
  }

  /** An operation has ended; says whether all of it was within one time of calm. */
  boolean leave(String operation, Ticket ticket) {
    lock.lock();
    try {
      running.remove(operation);
      changed.signalAll();
      return ticket.calm() && ticket.epoch() == epoch;
    } finally {
      lock.unlock();
    }
  }

  /** Lets operations begin. */
  void open(boolean nowCalm) {
    lock.lock();
    try {
      if (nowCalm != calm) {
        epoch++;
      }
      calm = nowCalm;
      open = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets no operation begin, and waits until those that run have ended.
   *
   * @throws Failures.Defect when some do not within {@code limit}
   */
  void close(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      open = false;
      long nanos = limit.toNanos();
      while (!running.isEmpty()) {
        if (nanos <= 0) {
          throw new Failures.Defect("after " + limit + " there still run " + running);
        }
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }
}
