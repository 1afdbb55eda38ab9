package io.ethpeerflow.yamux.session;

/**
 * Our own pings: one at the start, one an interval after each answer, never two at once. They
 * measure the round trip and find a dead remote: one that leaves a ping unanswered and sends
 * nothing else for the timeout. Any input postpones that, because an answer may wait behind bulk
 * data.
 */
final class Heartbeat {
  private final long intervalNanos;
  private final long timeoutNanos;
  private boolean outstanding;
  private boolean unsent;
  private int id = -1;
  private long sentNanos;
  private long inputNanos;
  private long nextNanos;
  private long rttNanos;

  Heartbeat(long intervalNanos, long timeoutNanos) {
    this.intervalNanos = intervalNanos;
    this.timeoutNanos = timeoutNanos;
  }

  /** A ping is to be sent. */
  void begin(long nowNanos) {
    outstanding = true;
    unsent = true;
    id++;
    sentNanos = nowNanos;
    inputNanos = nowNanos;
  }

  boolean isDue() {
    return unsent;
  }

  /** The due ping is being written. */
  int send(long nowNanos) {
    unsent = false;
    sentNanos = nowNanos;
    return id;
  }

  void onInput(long nowNanos) {
    inputNanos = nowNanos;
  }

  /** An answer; gives its round trip, 0 when it answers nothing. */
  long onAnswer(int answered, long nowNanos) {
    if (!outstanding || unsent || answered != id) {
      return 0;
    }
    outstanding = false;
    nextNanos = nowNanos + intervalNanos;
    long sample = Math.max(1, nowNanos - sentNanos);
    rttNanos = rttNanos == 0 ? sample : (rttNanos + sample) >> 1;
    return sample;
  }

  /** Smoothed round trip, 0 while unknown. */
  long rttNanos() {
    return rttNanos;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  long deadlineNanos() {
    return outstanding ? latest() + timeoutNanos : nextNanos;
  }

  boolean isDead(long nowNanos) {
    // [spec yamux/keep-alive]
    return outstanding && nowNanos - latest() >= timeoutNanos;
  }

  boolean shouldBegin(long nowNanos) {
    return !outstanding && nowNanos - nextNanos >= 0;
  }

  private long latest() {
    return inputNanos - sentNanos > 0 ? inputNanos : sentNanos;
  }
}
