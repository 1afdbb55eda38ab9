package io.ethpeerflow.benchmarks.runtime;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Work on threads of its own. */
public final class Background {
  private Background() {}

  /** Runs {@code work} on a virtual thread; the result fails with whatever it throws. */
  public static <T> CompletableFuture<T> call(Callable<T> work) {
    var result = new CompletableFuture<T>();
    Thread.startVirtualThread(
        () -> {
          try {
            result.complete(work.call());
          } catch (Exception | Error failure) {
            result.completeExceptionally(failure);
          }
        });
    return result;
  }
}
