package io.ethpeerflow.yamux.session;

/** A budget that flows back with time. */
final class TokenBucket {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long capacity;
  private final long perSecond;
  private long level;
  private long filledNanos;

  /** Full at first. */
  TokenBucket(long capacity, long perSecond, long nowNanos) {
    this.capacity = capacity;
    this.perSecond = perSecond;
    this.level = capacity;
    this.filledNanos = nowNanos;
  }

  /** Takes out, or takes nothing and says false when there is not enough. */
  boolean take(long amount, long nowNanos) {
    if (level < amount) {
      refill(nowNanos);
    }
    if (level < amount) {
      return false;
    }
    level -= amount;
    return true;
  }

  private void refill(long nowNanos) {
    long elapsed = nowNanos - filledNanos;
    double due = (double) elapsed * perSecond / NANOS_PER_SECOND;
    if (due >= capacity - level) {
      level = capacity;
      filledNanos = nowNanos;
    } else if (due >= 1) {
      long whole = (long) due;
      level += whole;
      double spentNanos = (double) whole * NANOS_PER_SECOND / perSecond;
      filledNanos += (long) spentNanos;
    }
  }

  long capacity() {
    return capacity;
  }

  long perSecond() {
    return perSecond;
  }
}
