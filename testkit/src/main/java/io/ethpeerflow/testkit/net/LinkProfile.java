package io.ethpeerflow.testkit.net;

import java.time.Duration;

/**
 * How one direction between two nodes treats packets.
 *
 * @param latency from the end of sending to arrival; not negative
 * @param jitter the most that is added to the latency, drawn uniformly per packet; does not reorder
 * @param bytesPerSecond bandwidth, headers counted; 0 means unlimited
 * @param queueBytes what may wait for the bandwidth; a packet that finds more waiting is dropped
 * @param loss the share of packets lost, 0 to 1
 * @param duplicate the share of packets that arrive twice, 0 to 1
 * @param reorder the share of packets that are held back so that later ones overtake, 0 to 1
 * @param reorderDelay the most that such a packet is held back, drawn uniformly
 * @param mtuBytes the largest packet, headers counted; a larger one is dropped. At least 576
 */
public record LinkProfile(
    Duration latency,
    Duration jitter,
    long bytesPerSecond,
    int queueBytes,
    double loss,
    double duplicate,
    double reorder,
    Duration reorderDelay,
    int mtuBytes) {
  /** 10 ms one way, unlimited bandwidth, nothing lost, packets of up to 1,500 bytes. */
  public static final LinkProfile DEFAULT =
      new LinkProfile(
          Duration.ofMillis(10), Duration.ZERO, 0, 1 << 20, 0, 0, 0, Duration.ofMillis(5), 1500);

  /** A node to itself: 10 microseconds, packets of up to 65,535 bytes. */
  public static final LinkProfile LOOPBACK =
      DEFAULT.withLatency(Duration.ofNanos(10_000)).withMtuBytes(65_535);

  /** Checks the ranges. */
  public LinkProfile {
    require(!latency.isNegative(), "latency", latency);
    require(!jitter.isNegative(), "jitter", jitter);
    require(bytesPerSecond >= 0, "bytesPerSecond", bytesPerSecond);
    require(queueBytes >= 0, "queueBytes", queueBytes);
    require(loss >= 0 && loss <= 1, "loss", loss);
    require(duplicate >= 0 && duplicate <= 1, "duplicate", duplicate);
    require(reorder >= 0 && reorder <= 1, "reorder", reorder);
    require(!reorderDelay.isNegative(), "reorderDelay", reorderDelay);
    require(mtuBytes >= 576, "mtuBytes", mtuBytes);
  }

  /** With another latency. */
  public LinkProfile withLatency(Duration value) {
    return new LinkProfile(
        value,
        jitter,
        bytesPerSecond,
        queueBytes,
        loss,
        duplicate,
        reorder,
        reorderDelay,
        mtuBytes);
  }

  /** With another jitter. */
  public LinkProfile withJitter(Duration value) {
    return new LinkProfile(
        latency,
        value,
        bytesPerSecond,
        queueBytes,
        loss,
        duplicate,
        reorder,
        reorderDelay,
        mtuBytes);
  }

  /** With another bandwidth and queue. */
  public LinkProfile withBandwidth(long valueBytesPerSecond, int valueQueueBytes) {
    return new LinkProfile(
        latency,
        jitter,
        valueBytesPerSecond,
        valueQueueBytes,
        loss,
        duplicate,
        reorder,
        reorderDelay,
        mtuBytes);
  }

  /** With another share of lost packets. */
  public LinkProfile withLoss(double value) {
    return new LinkProfile(
        latency,
        jitter,
        bytesPerSecond,
        queueBytes,
        value,
        duplicate,
        reorder,
        reorderDelay,
        mtuBytes);
  }

  /** With another share of duplicated packets. */
  public LinkProfile withDuplicate(double value) {
    return new LinkProfile(
        latency, jitter, bytesPerSecond, queueBytes, loss, value, reorder, reorderDelay, mtuBytes);
  }

  /** With another share of reordered packets, and how long they are held back at most. */
  public LinkProfile withReorder(double value, Duration valueDelay) {
    return new LinkProfile(
        latency, jitter, bytesPerSecond, queueBytes, loss, duplicate, value, valueDelay, mtuBytes);
  }

  /** With another size of the largest packet. */
  public LinkProfile withMtuBytes(int value) {
    return new LinkProfile(
        latency, jitter, bytesPerSecond, queueBytes, loss, duplicate, reorder, reorderDelay, value);
  }

  private static void require(boolean holds, String component, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(component + ": " + value);
    }
  }
}
