package io.ethpeerflow.benchmarks.compare;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does the same asynchronous thing a number of times, so many of them at once; the next begins when
 * one completes, on the thread that completed it. The first failure ends all.
 */
public final class Repetition {
  private final int count;
  private final Supplier<CompletableFuture<?>> action;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger finished = new AtomicInteger();
  private final CompletableFuture<Void> all = new CompletableFuture<>();

  /** Does {@code action} {@code count} times once started. */
  public Repetition(int count, Supplier<CompletableFuture<?>> action) {
    this.count = count;
    this.action = action;
  }

  /** Starts, once. */
  public CompletableFuture<Void> start(int concurrency) {
    if (count <= 0) {
      all.complete(null);
    }
    for (int i = 0; i < Math.min(concurrency, count); i++) {
      next();
    }
    return all;
  }

  /** A loop, so that actions that are complete at once do not nest. */
  private void next() {
    while (!all.isDone() && started.getAndIncrement() < count) {
      CompletableFuture<?> one = action.get();
      if (!one.isDone()) {
        one.whenComplete(
            (done, failure) -> {
              note(failure);
              next();
            });
        return;
      }
      one.whenComplete((done, failure) -> note(failure));
    }
  }

  private void note(@Nullable Throwable failure) {
    if (failure != null) {
      all.completeExceptionally(failure);
    } else if (finished.incrementAndGet() == count) {
      all.complete(null);
    }
  }
}
