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
 * @param addressTimeToLive how long a peer's addresses are remembered; default 30 min
 * @param push how peers are told of changes
 */
public record IdentifyConfig(
    Duration timeout,
    int maxMessageBytes,
    int maxMessages,
    int maxProtocols,
    int maxAddresses,
    Duration addressTimeToLive,
    PushConfig push) {
  /** The defaults. */
  public static final IdentifyConfig DEFAULT =
      new IdentifyConfig(
          Duration.ofSeconds(5), 8192, 9, 1024, 500, Duration.ofMinutes(30), PushConfig.DEFAULT);

  /** Checks each value. */
  public IdentifyConfig {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " is not positive");
    }
    if (maxMessageBytes < 4096) {
      throw new IllegalArgumentException("maxMessageBytes: " + maxMessageBytes + " < 4096");
    }
    if (maxMessages < 1 || maxProtocols < 1 || maxAddresses < 1) {
      throw new IllegalArgumentException("identify bounds must be at least 1");
    }
    if (addressTimeToLive.isNegative()) {
      throw new IllegalArgumentException("addressTimeToLive: " + addressTimeToLive + " < 0");
    }
  }

  /** With another {@link #timeout}. */
  public IdentifyConfig withTimeout(Duration value) {
    return new IdentifyConfig(
        value, maxMessageBytes, maxMessages, maxProtocols, maxAddresses, addressTimeToLive, push);
  }

  /** With another {@link #addressTimeToLive}. */
  public IdentifyConfig withAddressTimeToLive(Duration value) {
    return new IdentifyConfig(
        timeout, maxMessageBytes, maxMessages, maxProtocols, maxAddresses, value, push);
  }

  /** With another {@link #push}. */
  public IdentifyConfig withPush(PushConfig value) {
    return new IdentifyConfig(
        timeout,
        maxMessageBytes,
        maxMessages,
        maxProtocols,
        maxAddresses,
        addressTimeToLive,
        value);
  }
}
