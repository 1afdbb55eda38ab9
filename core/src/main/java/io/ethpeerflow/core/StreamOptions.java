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
 * @param lazyNegotiation whether data may follow the only protocol proposed without waiting for the
 *     answer, which saves a round trip; default true. Without it the stream is open when the remote
 *     has agreed. js-libp2p resets a stream whose proposal, data and end of writing arrive at once
 */
public record StreamOptions(
    Duration negotiationTimeout,
    int maxQueuedBytes,
    boolean allowLimited,
    boolean lazyNegotiation) {
  /** The defaults. */
  public static final StreamOptions DEFAULT =
      new StreamOptions(Duration.ofSeconds(10), 256 << 10, false, true);

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
    return new StreamOptions(timeout, maxQueuedBytes, allowLimited, lazyNegotiation);
  }

  /** With another {@link #maxQueuedBytes}. */
  public StreamOptions withMaxQueuedBytes(int bytes) {
    return new StreamOptions(negotiationTimeout, bytes, allowLimited, lazyNegotiation);
  }

  /** With another {@link #allowLimited}. */
  public StreamOptions withAllowLimited(boolean allowed) {
    return new StreamOptions(negotiationTimeout, maxQueuedBytes, allowed, lazyNegotiation);
  }

  /** With another {@link #lazyNegotiation}. */
  public StreamOptions withLazyNegotiation(boolean lazy) {
    return new StreamOptions(negotiationTimeout, maxQueuedBytes, allowLimited, lazy);
  }
}
