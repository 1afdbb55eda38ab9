package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import org.jspecify.annotations.Nullable;

/** A loop that is another one but for what a subclass changes. */
public abstract class ForwardingLoop implements Loop {
  private final Loop loop;

  /** A loop that does everything as {@code loop} does it. */
  protected ForwardingLoop(Loop loop) {
    this.loop = loop;
  }

  @Override
  public boolean inLoop() {
    return loop.inLoop();
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Cancellable schedule(long delayNanos, Runnable task) {
    return loop.schedule(delayNanos, task);
  }

  @Override
  public DeadlineWheel deadlines() {
    return loop.deadlines();
  }

  @Override
  public long nanoTime() {
    return loop.nanoTime();
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    return loop.unwrap(type);
  }
}
