package io.ethpeerflow.testkit.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for something that real threads bring about, for a bounded time.
 *
 * <p>A condition is asked at once, then at intervals that grow from 50 microseconds to 10
 * milliseconds, and one last time at the limit. It is asked on the calling thread. Every method
 * throws an {@link AssertionError} when the limit passes, and also when the thread is interrupted
 * (the interrupt flag stays set).
 */
public final class Await {
  private static final long FIRST_PAUSE_NANOS = 50_000;
  private static final long MAX_PAUSE_NANOS = 10_000_000;

  private Await() {}

  /** Waits until the condition holds. */
  public static void until(Duration limit, BooleanSupplier condition) {
    until("condition", limit, condition);
  }

  /**
   * Waits until the condition holds.
   *
   * @param what named in the message when it does not
   */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    value(what, limit, () -> condition.getAsBoolean() ? Boolean.TRUE : null);
  }

  /** Waits until the source returns something other than null, and returns that. */
  public static <T> T value(Duration limit, Callable<@Nullable T> source) {
    return value("value", limit, source);
  }

  /**
   * Waits until the source returns something other than null, and returns that. An exception of the
   * source ends the wait.
   *
   * @param what named in the message when the limit passes
   */
  public static <T> T value(String what, Duration limit, Callable<@Nullable T> source) {
    return poll(what, limit, source, null);
  }

  /**
   * Waits until the assertions pass; when the limit passes, the last failure is the cause.
   *
   * @param assertions repeated as long as it throws an {@link AssertionError}; any other exception
   *     ends the wait
   */
  public static void untilAsserted(Duration limit, ThrowingRunnable assertions) {
    var last = new AssertionError[1];
    poll(
        "assertions",
        limit,
        () -> {
          try {
            assertions.run();
            return Boolean.TRUE;
          } catch (AssertionError failure) {
            last[0] = failure;
            return null;
          }
        },
        last);
  }

  /**
   * Waits for a future and returns its value.
   *
   * @throws AssertionError if it does not complete in time, or completes exceptionally; the cause
   *     is the future's own
   */
  public static <T> T done(Duration limit, Future<T> future) {
    try {
      return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("future not done within " + limit + ": " + future, late);
    } catch (ExecutionException failed) {
      throw new AssertionError("future failed: " + failed.getCause(), failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a future", interrupted);
    }
  }

  /**
   * Waits for a future that must fail, and returns why it failed, without the wrappers that futures
   * add.
   *
   * @throws AssertionError if it does not complete in time, or completes with a value
   */
  public static Throwable failure(Duration limit, Future<?> future) {
    try {
      Object value = future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      throw new AssertionError("expected a failure, got " + value);
    } catch (TimeoutException late) {
      throw new AssertionError("future not done within " + limit + ": " + future, late);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a future", interrupted);
    }
  }

  private static <T> T poll(
      String what,
      Duration limit,
      Callable<@Nullable T> source,
      AssertionError @Nullable [] lastFailure) {
    long startNanos = System.nanoTime();
    long limitNanos = limit.toNanos();
    long pauseNanos = FIRST_PAUSE_NANOS;
    while (true) {
      boolean lastChance = System.nanoTime() - startNanos >= limitNanos;
      T value = call(what, source);
      if (value != null) {
        return value;
      }
      if (lastChance) {
        throw new AssertionError(
            what + " not reached within " + limit, lastFailure == null ? null : lastFailure[0]);
      }
      long leftNanos = limitNanos - (System.nanoTime() - startNanos);
      LockSupport.parkNanos(Math.max(1, Math.min(pauseNanos, leftNanos)));
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("interrupted while waiting for " + what);
      }
      pauseNanos = Math.min(pauseNanos * 2, MAX_PAUSE_NANOS);
    }
  }

  private static <T> @Nullable T call(String what, Callable<@Nullable T> source) {
    try {
      return source.call();
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception checked) {
      throw new AssertionError(what + " failed: " + checked, checked);
    }
  }

  /** Assertions that may throw anything. */
  @FunctionalInterface
  public interface ThrowingRunnable {
    /** Runs the assertions once. */
    void run() throws Exception;
  }
}
