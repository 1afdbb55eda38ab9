package io.ethpeerflow.core;

import java.time.Duration;

/**
 * How a stream is opened and what it may queue.
 *
 * @param negotiationTimeout opening and protocol negotiation together; default 10 s. Bounds a peer
 *     that never answers
 * @param maxQueuedBytes bytes that {@link Stream#offer} lets wait to be sent; at least 1,024,
 *     default 256 KiB. Bounds a peer that never reads
 * @param allowLimited whether a relayed, limited connection may carry it; default false
 */
public record StreamOptions(Duration negotiationTimeout, int maxQueuedBytes, boolean allowLimited) {
  /** The defaults. */
  public static final StreamOptions DEFAULT =
      new StreamOptions(Duration.ofSeconds(10), 256 << 10, false);

  /** Checks each value. */
  public StreamOptions {
    if (negotiationTimeout.isNegative() || negotiationTimeout.isZero()) {
      throw new IllegalArgumentException(
          "negotiationTimeout: " + negotiationTimeout + " is not positive");
    }
    if (maxQueuedBytes < 1024) {
      throw new IllegalArgumentException("maxQueuedBytes: " + maxQueuedBytes + " < 1024");
    }
  }

  /** With another {@link #negotiationTimeout}. */
  public StreamOptions withNegotiationTimeout(Duration timeout) {
    return new StreamOptions(timeout, maxQueuedBytes, allowLimited);
  }

  /** With another {@link #maxQueuedBytes}. */
  public StreamOptions withMaxQueuedBytes(int bytes) {
    return new StreamOptions(negotiationTimeout, bytes, allowLimited);
  }

  /** With another {@link #allowLimited}. */
  public StreamOptions withAllowLimited(boolean allowed) {
    return new StreamOptions(negotiationTimeout, maxQueuedBytes, allowed);
  }
}
