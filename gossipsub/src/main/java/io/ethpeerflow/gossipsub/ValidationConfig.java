package io.ethpeerflow.gossipsub;

import java.time.Duration;

/**
 * Bounds of the validation of messages. Those in validation at once, over all topics, are bounded
 * by {@link io.ethpeerflow.gossipsub.router.RouterBounds#maxValidating}.
 *
 * @param deadline how long the validators of one message have together; then it is ignored;
 *     positive, default 10 s
 * @param maxPerTopic messages of one topic that its validators work on at once; at least 1, default
 *     1,024
 * @param maxQueuedPerTopic messages of one topic that wait for that, further ones are ignored; at
 *     least 0, default 4,096
 */
public record ValidationConfig(Duration deadline, int maxPerTopic, int maxQueuedPerTopic) {
  /** The defaults. */
  public static final ValidationConfig DEFAULT =
      new ValidationConfig(Duration.ofSeconds(10), 1024, 4096);

  /** Checks each value. */
  public ValidationConfig {
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("deadline: " + deadline + " is not positive");
    }
    if (maxPerTopic < 1) {
      throw new IllegalArgumentException("maxPerTopic: " + maxPerTopic + " < 1");
    }
    if (maxQueuedPerTopic < 0) {
      throw new IllegalArgumentException("maxQueuedPerTopic: " + maxQueuedPerTopic + " < 0");
    }
  }
}
