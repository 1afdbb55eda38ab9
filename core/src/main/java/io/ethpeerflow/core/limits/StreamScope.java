package io.ethpeerflow.core.limits;

import io.ethpeerflow.wire.protocol.ProtocolId;

/** What one stream has reserved. Belongs to the connection's loop. */
public interface StreamScope extends AutoCloseable {
  /**
   * Moves the stream from the transient scope to its protocol's.
   *
   * @throws io.ethpeerflow.core.error.ResourceLimitException when the protocol, or the peer on it,
   *     has too many
   */
  void assignProtocol(ProtocolId protocol);

  /**
   * Reserves memory for bytes buffered on this stream, or promised to the remote as window.
   *
   * @param bytes at least 0
   * @return false when refused; nothing is reserved then
   */
  boolean tryReserveMemory(long bytes);

  /** Returns memory that was reserved. */
  void releaseMemory(long bytes);

  /** Returns everything. Idempotent. */
  @Override
  void close();
}
