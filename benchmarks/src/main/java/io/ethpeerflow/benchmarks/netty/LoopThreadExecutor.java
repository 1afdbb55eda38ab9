package io.ethpeerflow.benchmarks.netty;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs benchmarks on threads like those of event loops: Netty's pool recycles its buffers without
 * garbage only there. JMH makes it by name.
 */
public final class LoopThreadExecutor extends ThreadPoolExecutor {
  /**
   * As JMH wants it.
   *
   * @param threads how many
   * @param prefix of their names
   */
  public LoopThreadExecutor(int threads, String prefix) {
    super(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        new DefaultThreadFactory(prefix));
  }
}
