package io.ethpeerflow.host.identify;

import java.time.Duration;

/**
 * Identify and identify push.
 *
 * @param timeout one exchange; default 5 s
 * @param maxMessageBytes longest message read; default 8,192, as go-libp2p has it. Messages sent
 *     are 4,096 bytes at most, which is all that rust-libp2p reads
 * @param maxMessages messages read on one stream, merged into one; default 9
 * @param maxProtocols protocols taken from one peer; default 1,024
 * @param maxAddresses listen addresses taken from one peer; default 500
 * @param maxConcurrentPushes peers that are told of a change at once; default 32
 * @param pushDelay how long changes are gathered before they are told; default 250 ms
 * @param addressTimeToLive how long a peer's addresses are remembered; default 30 min
 */
public record IdentifyConfig(
    Duration timeout,
    int maxMessageBytes,
    int maxMessages,
    int maxProtocols,
    int maxAddresses,
    int maxConcurrentPushes,
    Duration pushDelay,
    Duration addressTimeToLive) {
  /** The defaults. */
  public static final IdentifyConfig DEFAULT =
      new IdentifyConfig(
          Duration.ofSeconds(5),
          8192,
          9,
          1024,
          500,
          32,
          Duration.ofMillis(250),
          Duration.ofMinutes(30));

  /** Checks each value. */
  public IdentifyConfig {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " is not positive");
    }
    if (maxMessageBytes < 4096) {
      throw new IllegalArgumentException("maxMessageBytes: " + maxMessageBytes + " < 4096");
    }
    if (maxMessages < 1 || maxProtocols < 1 || maxAddresses < 1 || maxConcurrentPushes < 1) {
      throw new IllegalArgumentException("identify bounds must be at least 1");
    }
    if (pushDelay.isNegative() || addressTimeToLive.isNegative()) {
      throw new IllegalArgumentException("identify times must not be negative");
    }
  }
}
