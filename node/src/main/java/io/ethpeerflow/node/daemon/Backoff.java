package io.ethpeerflow.node.daemon;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing waits between attempts: doubled each time, the last quarter of each by chance. Not
 * thread-safe.
 */
final class Backoff {
  private final long firstNanos;
  private final long maxNanos;
  private final RandomGenerator random;
  private long nextNanos;

  Backoff(Duration first, Duration max, RandomGenerator random) {
    if (first.isNegative() || first.isZero() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException("back-off from " + first + " to " + max);
    }
    this.firstNanos = first.toNanos();
    this.maxNanos = max.toNanos();
    this.random = random;
    this.nextNanos = firstNanos;
  }

  /** How long to wait now. */
  long nextNanos() {
    long now = nextNanos;
    nextNanos = Math.min(maxNanos, now * 2);
    return now - now / 4 + random.nextLong(now / 4 + 1);
  }

  /** Begins anew, after a success. */
  void reset() {
    nextNanos = firstNanos;
  }
}
