package io.ethpeerflow.host.ping;

import java.time.Duration;

/**
 * The ping protocol.
 *
 * @param timeout for one ping, both ways; default 10 s
 * @param maxInboundPerPeer ping streams that one peer may have open; a further one resets its
 *     oldest; 0 serves no ping at all; default 2. Bounds what pings cost
 */
public record PingConfig(Duration timeout, int maxInboundPerPeer) {
  /** The defaults. */
  public static final PingConfig DEFAULT = new PingConfig(Duration.ofSeconds(10), 2);

  /** Checks each value. */
  public PingConfig {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " is not positive");
    }
    if (maxInboundPerPeer < 0) {
      throw new IllegalArgumentException("maxInboundPerPeer: " + maxInboundPerPeer + " < 0");
    }
  }

  /** With another {@link #maxInboundPerPeer}. */
  public PingConfig withMaxInboundPerPeer(int streams) {
    return new PingConfig(timeout, streams);
  }
}
