package io.ethpeerflow.core.suite;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Knows when nothing happens any more in a world of real threads: whoever lets something happen
 * says so. Any thread.
 *
 * <p>Quiet is counted in looks, not on the clock alone, so that a machine that stood still for a
 * moment is not taken for a world that has come to rest.
 */
public final class Stillness {
  private static final long LOOK_NANOS = 250_000;

  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicLong happenings = new AtomicLong();

  /** Nothing has happened yet. */
  public Stillness() {}

  /** Something happened. */
  public void happened() {
    happenings.incrementAndGet();
  }

  /** Something has begun, such as a packet's way or a task's wait; {@link #done} ends it. */
  public void begun() {
    underWay.incrementAndGet();
  }

  /** What had begun is over. */
  public void done() {
    happenings.incrementAndGet();
    underWay.decrementAndGet();
  }

  /** A task that counts as under way from now until it has run. */
  public Runnable counting(Runnable task) {
    begun();
    return () -> {
      try {
        task.run();
      } finally {
        done();
      }
    };
  }

  /**
   * Waits until nothing is under way and nothing has happened for a while.
   *
   * @param quiet how long
   * @param limit after it this fails
   */
  public void await(Duration quiet, Duration limit) {
    long startNanos = System.nanoTime();
    long looks = Math.max(1, quiet.toNanos() / LOOK_NANOS);
    long seen = happenings.get();
    for (long still = 0; still < looks; ) {
      LockSupport.parkNanos(LOOK_NANOS);
      long now = happenings.get();
      still = now == seen && underWay.get() == 0 ? still + 1 : 0;
      seen = now;
      if (System.nanoTime() - startNanos > limit.toNanos()) {
        throw new AssertionError(
            "not quiet within " + limit + ": " + underWay + " under way, " + now + " happenings");
      }
    }
  }
}
