package io.ethpeerflow.host.identify;

import java.time.Duration;

/**
 * How connected peers are told of changes of this host.
 *
 * @param maxConcurrent pushes that are being sent at once; default 32
 * @param delay how long changes are gathered before they are told; default 250 ms
 * @param maxRetries how often a push that the remote refused is repeated; default 6. go-libp2p
 *     refuses more than ten in a row from one address and then takes one every 5 s
 * @param retryDelay before the first repetition, doubled for each other one; default 5 s
 */
public record PushConfig(int maxConcurrent, Duration delay, int maxRetries, Duration retryDelay) {
  /** The defaults. */
  public static final PushConfig DEFAULT =
      new PushConfig(32, Duration.ofMillis(250), 6, Duration.ofSeconds(5));

  private static final int MOST_RETRIES = 16;

  /** Checks each value. */
  public PushConfig {
    if (maxConcurrent < 1) {
      throw new IllegalArgumentException("maxConcurrent: " + maxConcurrent + " < 1");
    }
    if (maxRetries < 0 || maxRetries > MOST_RETRIES) {
      throw new IllegalArgumentException("maxRetries: " + maxRetries + " is not 0 to 16");
    }
    if (delay.isNegative() || retryDelay.isNegative()) {
      throw new IllegalArgumentException("times of pushes must not be negative");
    }
  }

  /** With another {@link #delay}. */
  public PushConfig withDelay(Duration value) {
    return new PushConfig(maxConcurrent, value, maxRetries, retryDelay);
  }

  /** With another {@link #retryDelay}. */
  public PushConfig withRetryDelay(Duration value) {
    return new PushConfig(maxConcurrent, delay, maxRetries, value);
  }
}
