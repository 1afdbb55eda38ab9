package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.testkit.time.VirtualLoop;
import org.jspecify.annotations.Nullable;

/** A {@link Loop} in virtual time. */
public final class SimLoop implements Loop {
  private final VirtualLoop loop;
  private final DeadlineWheel deadlines = new DeadlineWheel(this);

  /** A new loop on a clock. */
  public SimLoop(VirtualClock clock, String name) {
    this(new VirtualLoop(clock, name));
  }

  /** The view of a loop. */
  public SimLoop(VirtualLoop loop) {
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
    var scheduled = loop.schedule(delayNanos, task);
    return scheduled::cancel;
  }

  @Override
  public DeadlineWheel deadlines() {
    return deadlines;
  }

  @Override
  public long nanoTime() {
    return loop.nanoTime();
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    return type.isInstance(loop) ? type.cast(loop) : Loop.super.unwrap(type);
  }

  /** Runs a step of a test now, as a task of this loop. */
  public void run(Runnable step) {
    loop.run(step);
  }

  /** The clock that this loop runs on. */
  public VirtualClock clock() {
    return loop.clock();
  }

  @Override
  public String toString() {
    return loop.toString();
  }
}
