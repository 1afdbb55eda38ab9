package io.ethpeerflow.host.upgrade;

import io.ethpeerflow.multistream.MultistreamConfig;
import java.time.Duration;

/**
 * How links are upgraded.
 *
 * @param timeout for the whole upgrade; default 15 s. Bounds a peer that stalls at any stage
 * @param earlyMuxer whether the muxer is offered within the security handshake; default true
 * @param multistream limits of the negotiations
 */
public record UpgradeConfig(Duration timeout, boolean earlyMuxer, MultistreamConfig multistream) {
  /** The defaults. */
  public static final UpgradeConfig DEFAULT =
      new UpgradeConfig(Duration.ofSeconds(15), true, MultistreamConfig.DEFAULT);

  /** Checks the timeout. */
  public UpgradeConfig {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " is not positive");
    }
  }

  /** With another {@link #timeout}. */
  public UpgradeConfig withTimeout(Duration other) {
    return new UpgradeConfig(other, earlyMuxer, multistream);
  }

  /** With another {@link #earlyMuxer}. */
  public UpgradeConfig withEarlyMuxer(boolean early) {
    return new UpgradeConfig(timeout, early, multistream);
  }
}
