package io.ethpeerflow.gossipsub.rpc;

import java.util.List;

/**
 * A peer takes us out of its mesh of a topic.
 *
 * @param topic the topic
 * @param peers others that may be grafted instead (peer exchange)
 * @param backoffSeconds how long we shall not graft again, in seconds, unsigned values above 2<sup>
 *     63</sup>-1 capped to it; {@link #NO_BACKOFF} when absent, as version 1.0 has it
 */
public record Prune(TopicId topic, List<PeerInfo> peers, long backoffSeconds) {
  /** The field is absent. */
  public static final long NO_BACKOFF = -1;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the backoff is below {@link #NO_BACKOFF}
   */
  public Prune {
    peers = List.copyOf(peers);
    if (backoffSeconds < NO_BACKOFF) {
      throw new IllegalArgumentException("backoffSeconds: " + backoffSeconds + " < " + NO_BACKOFF);
    }
  }
}
