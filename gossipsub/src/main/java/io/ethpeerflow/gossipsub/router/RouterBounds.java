package io.ethpeerflow.gossipsub.router;

/**
 * What peers can make a router remember; each at least 1.
 *
 * @param maxSeenIds ids that count as seen, the oldest go first; default 1,048,576
 * @param maxTopicsPerPeer topics that one peer can be subscribed to, further ones are not noted;
 *     default 5,000
 * @param maxValidating messages in validation, further ones are dropped and may come again; default
 *     8,192
 * @param maxMessageBytes the longest payload, of topics that set no bound of their own; default 1
 *     MiB
 * @param maxDropsPerHeartbeat messages for a peer that may be dropped between two heartbeats
 *     because it takes them too slowly; more count as a breach (P7); default 256
 */
public record RouterBounds(
    int maxSeenIds,
    int maxTopicsPerPeer,
    int maxValidating,
    int maxMessageBytes,
    int maxDropsPerHeartbeat) {
  /** The defaults. */
  public static final RouterBounds DEFAULT = new RouterBounds(1 << 20, 5000, 8192, 1 << 20, 256);

  /** Checks each value. */
  public RouterBounds {
    Ranges.requireAtLeastOne("maxSeenIds", maxSeenIds);
    Ranges.requireAtLeastOne("maxTopicsPerPeer", maxTopicsPerPeer);
    Ranges.requireAtLeastOne("maxValidating", maxValidating);
    Ranges.requireAtLeastOne("maxMessageBytes", maxMessageBytes);
    Ranges.requireAtLeastOne("maxDropsPerHeartbeat", maxDropsPerHeartbeat);
  }

  /** With another {@link #maxSeenIds}. */
  public RouterBounds withMaxSeenIds(int ids) {
    return new RouterBounds(
        ids, maxTopicsPerPeer, maxValidating, maxMessageBytes, maxDropsPerHeartbeat);
  }

  /** With another {@link #maxTopicsPerPeer}. */
  public RouterBounds withMaxTopicsPerPeer(int topics) {
    return new RouterBounds(
        maxSeenIds, topics, maxValidating, maxMessageBytes, maxDropsPerHeartbeat);
  }

  /** With another {@link #maxValidating}. */
  public RouterBounds withMaxValidating(int messages) {
    return new RouterBounds(
        maxSeenIds, maxTopicsPerPeer, messages, maxMessageBytes, maxDropsPerHeartbeat);
  }

  /** With another {@link #maxMessageBytes}. */
  public RouterBounds withMaxMessageBytes(int bytes) {
    return new RouterBounds(
        maxSeenIds, maxTopicsPerPeer, maxValidating, bytes, maxDropsPerHeartbeat);
  }

  /** With another {@link #maxDropsPerHeartbeat}. */
  public RouterBounds withMaxDropsPerHeartbeat(int messages) {
    return new RouterBounds(maxSeenIds, maxTopicsPerPeer, maxValidating, maxMessageBytes, messages);
  }
}
