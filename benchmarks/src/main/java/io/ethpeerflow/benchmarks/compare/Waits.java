package io.ethpeerflow.benchmarks.compare;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounded waits of the command thread. */
final class Waits {
  private Waits() {}

  /**
   * The result of {@code future}.
   *
   * @throws CommandException when it fails, or takes longer than {@code limit}: then it is
   *     cancelled
   */
  static <T> T result(Duration limit, CompletableFuture<T> future) {
    try {
      return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      throw new CommandException(
          cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
    } catch (TimeoutException late) {
      future.cancel(false);
      throw new CommandException("not done within " + limit.toSeconds() + " s", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", interrupted);
    }
  }
}
