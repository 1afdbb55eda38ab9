package io.ethpeerflow.benchmarks.soak;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounded waits. */
final class Await {
  /** Whatever is asked of the API ends within this, one way or the other. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  /**
   * The result of {@code future}.
   *
   * @throws Exception what it failed with
   * @throws Failures.Defect when it does not end within {@link #LIMIT}
   */
  static <T> T result(String what, CompletableFuture<T> future) throws Exception {
    try {
      return future.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      future.cancel(false);
      throw new Failures.Defect(what + " ended neither way within " + LIMIT);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failed;
    }
  }
}
