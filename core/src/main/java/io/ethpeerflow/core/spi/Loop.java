package io.ethpeerflow.core.spi;

import org.jspecify.annotations.Nullable;

/**
 * The thread that owns a connection, as machines' drivers and services see it; a virtual clock can
 * stand in for it. Any thread may call.
 */
public interface Loop {
  /** Whether the caller runs on this loop. */
  boolean inLoop();

  /**
   * Runs a task on the loop, after the tasks given before; from the loop itself, at the end of its
   * present turn, when the input that is at hand has been handled: that is when to flush.
   */
  void execute(Runnable task);

  /** Runs a task at once when the caller is on the loop, otherwise as {@link #execute}. */
  default void runOnLoop(Runnable task) {
    if (inLoop()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /** Runs a task on the loop once, after a delay of at least 0 nanoseconds. */
  Cancellable schedule(long delayNanos, Runnable task);

  /** The loop's wheel of deadlines; to be used on the loop only. */
  DeadlineWheel deadlines();

  /** The loop's monotonic clock; compare by subtraction. */
  long nanoTime();

  /** What stands behind this loop, such as Netty's event loop, or null when it is not that. */
  default <T> @Nullable T unwrap(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }
}
