package io.ethpeerflow.testkit.time;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A serial executor in virtual time: what an event loop is in production.
 *
 * <p>Its four methods {@link #inLoop}, {@link #execute}, {@link #schedule} and {@link #nanoTime}
 * have the shape of the loop that protocol drivers are given, so that an adapter is four lines.
 * Several loops on one {@link VirtualClock} stand for several threads whose interleaving is
 * decided, and repeated, by the clock.
 *
 * <p>Threading: that of the clock.
 */
public final class VirtualLoop implements Executor {
  private final VirtualClock clock;
  private final String name;
  private final int number;
  private boolean shutDown;

  /**
   * Creates a loop.
   *
   * @param name for messages only
   */
  public VirtualLoop(VirtualClock clock, String name) {
    this.clock = clock;
    this.name = name;
    this.number = clock.nextLoopNumber();
  }

  /** Whether the running task belongs to this loop. */
  public boolean inLoop() {
    return clock.current == this;
  }

  /**
   * Queues a task for the present. It runs after the tasks that are already due, never inside this
   * call.
   *
   * @throws RejectedExecutionException after {@link #shutdown()}
   */
  @Override
  public void execute(Runnable task) {
    schedule(0, task);
  }

  /**
   * Queues a task.
   *
   * @param delayNanos from now; zero or less means the present
   * @throws RejectedExecutionException after {@link #shutdown()}
   */
  public Cancellable schedule(long delayNanos, Runnable task) {
    if (shutDown) {
      throw new RejectedExecutionException("loop " + name + " is shut down");
    }
    return clock.enqueue(clock.nanoTime() + Math.max(delayNanos, 0), this, task);
  }

  /** The clock's present, in nanoseconds. */
  public long nanoTime() {
    return clock.nanoTime();
  }

  /** The clock that this loop runs on. */
  public VirtualClock clock() {
    return clock;
  }

  /**
   * Runs a step of the test at once as if it were a task of this loop.
   *
   * @throws IllegalStateException if a task of another loop is running
   */
  public void run(Runnable step) {
    clock.checkThread();
    @Nullable VirtualLoop outer = clock.current;
    if (outer != null && outer != this) {
      throw new IllegalStateException("loop " + outer.name + " is running; use execute");
    }
    clock.current = this;
    try {
      step.run();
    } finally {
      clock.current = outer;
    }
  }

  /** Drops what is queued and refuses new tasks, as a stopped thread would. Idempotent. */
  public void shutdown() {
    shutDown = true;
  }

  /** Whether {@link #shutdown()} was called. */
  public boolean isShutDown() {
    return shutDown;
  }

  int number() {
    return number;
  }

  @Override
  public String toString() {
    return "VirtualLoop[" + name + "]";
  }
}
