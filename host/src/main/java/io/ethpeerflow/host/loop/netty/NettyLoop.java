package io.ethpeerflow.host.loop.netty;

import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Netty event loop as a {@link Loop}. */
public final class NettyLoop implements Loop {
  private final EventLoop eventLoop;
  private final DeadlineWheel deadlines = new DeadlineWheel(this);

  NettyLoop(EventLoop eventLoop) {
    this.eventLoop = eventLoop;
  }

  /** The event loop underneath. */
  public EventLoop eventLoop() {
    return eventLoop;
  }

  @Override
  public boolean inLoop() {
    return eventLoop.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    eventLoop.execute(task);
  }

  @Override
  public Cancellable schedule(long delayNanos, Runnable task) {
    ScheduledFuture<?> scheduled = eventLoop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
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
  public <T> @Nullable T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return type.isInstance(eventLoop) ? type.cast(eventLoop) : null;
  }
}
