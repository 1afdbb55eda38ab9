package io.ethpeerflow.core.spi;

import java.util.concurrent.CompletableFuture;

/** Turns a raw link into a secured, multiplexed connection: raw, secure, muxed; one deadline. */
public interface Upgrader {
  /**
   * Upgrades a link. Must be called on its loop, where the result completes.
   *
   * @param link consumes: closed on failure, on cancellation of the result and at the deadline
   * @return fails with {@code NegotiationException}, {@code HandshakeException} or {@code
   *     ResourceLimitException}
   */
  CompletableFuture<MuxedConnection> upgrade(ByteLink link, UpgradeRequest request);
}
