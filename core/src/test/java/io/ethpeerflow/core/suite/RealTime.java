package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.Loop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/** What worlds of real threads do in the same way. */
final class RealTime {
  private RealTime() {}

  /**
   * Runs something on a loop and waits for it; at once when the caller is in that loop. What the
   * action throws is thrown here.
   */
  static void run(Loop loop, Runnable action) {
    if (loop.inLoop()) {
      action.run();
      return;
    }
    try {
      CompletableFuture.runAsync(action, loop::execute).join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw failed;
    }
  }

  /** Waits for so much time. */
  static void pass(Duration time) {
    long endNanos = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = endNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
