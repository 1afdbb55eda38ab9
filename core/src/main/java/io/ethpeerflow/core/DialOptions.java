package io.ethpeerflow.core;

import java.time.Duration;

/**
 * How a peer is dialed.
 *
 * @param timeout the whole dial, resolution and upgrade included; default 15 s
 * @param forceNew dials even when a connection to the peer is open; default false
 */
public record DialOptions(Duration timeout, boolean forceNew) {
  /** The defaults. */
  public static final DialOptions DEFAULT = new DialOptions(Duration.ofSeconds(15), false);

  /** Checks the value. */
  public DialOptions {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " is not positive");
    }
  }

  /** With another {@link #timeout}. */
  public DialOptions withTimeout(Duration other) {
    return new DialOptions(other, forceNew);
  }

  /** With another {@link #forceNew}. */
  public DialOptions withForceNew(boolean force) {
    return new DialOptions(timeout, force);
  }
}
