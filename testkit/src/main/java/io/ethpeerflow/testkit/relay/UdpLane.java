package io.ethpeerflow.testkit.relay;

import java.time.Duration;

/** The faults of one direction of a {@link UdpRelay}. */
public final class UdpLane {
  private volatile long delayNanos;
  private volatile long bytesPerSecond;
  private volatile int queueBytes = 256 << 10;
  private volatile double drop;
  private volatile double duplicate;
  private volatile double reorder;
  private volatile long reorderDelayNanos;
  private volatile int mtuBytes = 65_535;

  UdpLane() {}

  /** Holds every datagram back by this long; not negative. */
  public UdpLane delay(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay);
    }
    delayNanos = delay.toNanos();
    return this;
  }

  /**
   * Caps the bandwidth.
   *
   * @param limitBytesPerSecond 0 means unlimited
   * @param waitingBytes what may wait for the bandwidth before datagrams are dropped
   */
  public UdpLane bandwidth(long limitBytesPerSecond, int waitingBytes) {
    if (limitBytesPerSecond < 0 || waitingBytes < 0) {
      throw new IllegalArgumentException(
          "bytesPerSecond: " + limitBytesPerSecond + ", waitingBytes: " + waitingBytes);
    }
    bytesPerSecond = limitBytesPerSecond;
    queueBytes = waitingBytes;
    return this;
  }

  /** Drops this share of the datagrams; 1 drops all. */
  public UdpLane drop(double share) {
    drop = checkShare(share);
    return this;
  }

  /** Sends this share of the datagrams twice. */
  public UdpLane duplicate(double share) {
    duplicate = checkShare(share);
    return this;
  }

  /** Holds this share of the datagrams back by up to {@code atMost}, so that others overtake. */
  public UdpLane reorder(double share, Duration atMost) {
    if (atMost.isNegative()) {
      throw new IllegalArgumentException("atMost: " + atMost);
    }
    reorder = checkShare(share);
    reorderDelayNanos = atMost.toNanos();
    return this;
  }

  /** Drops datagrams whose payload is larger. */
  public UdpLane mtu(int payloadBytes) {
    mtuBytes = payloadBytes;
    return this;
  }

  long delayNanos() {
    return delayNanos;
  }

  long bytesPerSecond() {
    return bytesPerSecond;
  }

  int queueBytes() {
    return queueBytes;
  }

  double drop() {
    return drop;
  }

  double duplicate() {
    return duplicate;
  }

  double reorder() {
    return reorder;
  }

  long reorderDelayNanos() {
    return reorderDelayNanos;
  }

  int mtuBytes() {
    return mtuBytes;
  }

  private static double checkShare(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share: " + share);
    }
    return share;
  }
}
