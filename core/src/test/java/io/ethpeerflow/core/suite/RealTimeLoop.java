package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop that is a thread, and tells a {@link Stillness} of its tasks; not of timers that wait. */
final class RealTimeLoop implements Loop, AutoCloseable {
  private final ScheduledExecutorService executor;
  private final Stillness stillness;
  private final DeadlineWheel deadlines = new DeadlineWheel(this);
  private volatile @Nullable Thread thread;

  RealTimeLoop(String name, Stillness stillness) {
    this.stillness = stillness;
    executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              thread = new Thread(task, name);
              return thread;
            });
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread().equals(thread);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(stillness.counting(task));
  }

  @Override
  public Cancellable schedule(long delayNanos, Runnable task) {
    ScheduledFuture<?> timer =
        executor.schedule(() -> stillness.counting(task).run(), delayNanos, TimeUnit.NANOSECONDS);
    return () -> timer.cancel(false);
  }

  @Override
  public DeadlineWheel deadlines() {
    return deadlines;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
