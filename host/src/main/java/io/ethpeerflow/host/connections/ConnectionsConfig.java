package io.ethpeerflow.host.connections;

import java.time.Duration;

/**
 * When connections are trimmed.
 *
 * @param lowWater connections that a trim leaves; default 160
 * @param highWater connections above which a trim begins; default 192
 * @param grace how long a new connection is safe from trimming; default 20 s
 * @param interval how often the count is looked at, apart from each new connection; default 10 s
 * @param maxTaggedPeers peers that may have tags or protection; default 10,000
 */
public record ConnectionsConfig(
    int lowWater, int highWater, Duration grace, Duration interval, int maxTaggedPeers) {
  /** The defaults. */
  public static final ConnectionsConfig DEFAULT =
      new ConnectionsConfig(160, 192, Duration.ofSeconds(20), Duration.ofSeconds(10), 10_000);

  /** Checks each value and their relation. */
  public ConnectionsConfig {
    if (lowWater < 0 || highWater < lowWater) {
      throw new IllegalArgumentException(
          "water marks: " + lowWater + " to " + highWater + " is no range");
    }
    if (grace.isNegative() || interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("grace " + grace + ", interval " + interval);
    }
    if (maxTaggedPeers < 1) {
      throw new IllegalArgumentException("maxTaggedPeers: " + maxTaggedPeers + " < 1");
    }
  }

  /** With other water marks. */
  public ConnectionsConfig withWaterMarks(int low, int high) {
    return new ConnectionsConfig(low, high, grace, interval, maxTaggedPeers);
  }

  /** With another {@link #grace}. */
  public ConnectionsConfig withGrace(Duration other) {
    return new ConnectionsConfig(lowWater, highWater, other, interval, maxTaggedPeers);
  }
}
