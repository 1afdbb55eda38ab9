package io.ethpeerflow.gossipsub.router;

import java.time.Duration;

/**
 * How long a peer that was pruned, by us or by itself, is not grafted again.
 *
 * @param prune after a prune; in whole seconds on the wire; default 60 s
 * @param unsubscribe after we left the topic; default 10 s
 * @param slack how much longer we wait before we graft, so that a peer whose clock is slower does
 *     not count it as a breach; default 1 s, at least a heartbeat by custom
 * @param floodThreshold a GRAFT that comes within this after the prune is a second breach; default
 *     10 s, at most {@code prune}
 * @param maxRemote the longest backoff that a peer can ask of us; default 3600 s
 * @param maxPeersPerTopic how many backoffs of one topic are remembered, the oldest goes first; at
 *     least 1, default 65,536. Bounds what peers that come and go can cost
 */
public record BackoffParams(
    Duration prune,
    Duration unsubscribe,
    Duration slack,
    Duration floodThreshold,
    Duration maxRemote,
    int maxPeersPerTopic) {
  /** The defaults. */
  public static final BackoffParams DEFAULT =
      new BackoffParams(
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofHours(1),
          1 << 16);

  /** Checks each value. */
  public BackoffParams {
    Ranges.requirePositive("prune", prune);
    Ranges.requirePositive("unsubscribe", unsubscribe);
    Ranges.requireNotNegative("slack", slack);
    Ranges.requireNotNegative("floodThreshold", floodThreshold);
    Ranges.requirePositive("maxRemote", maxRemote);
    if (floodThreshold.compareTo(prune) > 0) {
      throw new IllegalArgumentException(
          "floodThreshold: " + floodThreshold + " is longer than prune, " + prune);
    }
    Ranges.requireAtLeastOne("maxPeersPerTopic", maxPeersPerTopic);
  }

  /** With other backoffs. */
  public BackoffParams withBackoffs(Duration newPrune, Duration newUnsubscribe) {
    return new BackoffParams(
        newPrune, newUnsubscribe, slack, floodThreshold, maxRemote, maxPeersPerTopic);
  }

  /** With another {@link #slack}. */
  public BackoffParams withSlack(Duration newSlack) {
    return new BackoffParams(
        prune, unsubscribe, newSlack, floodThreshold, maxRemote, maxPeersPerTopic);
  }

  /** With another {@link #floodThreshold}. */
  public BackoffParams withFloodThreshold(Duration threshold) {
    return new BackoffParams(prune, unsubscribe, slack, threshold, maxRemote, maxPeersPerTopic);
  }

  /** With other bounds. */
  public BackoffParams withBounds(Duration newMaxRemote, int newMaxPeersPerTopic) {
    return new BackoffParams(
        prune, unsubscribe, slack, floodThreshold, newMaxRemote, newMaxPeersPerTopic);
  }
}
