package io.ethpeerflow.core.limits;

import io.ethpeerflow.wire.protocol.ProtocolId;

/** What one stream has reserved. Belongs to the connection's loop. */
public interface StreamScope extends AutoCloseable {
  /**
   * Moves the stream from the transient scope to its protocol's.
   *
   * @throws io.ethpeerflow.core.error.ResourceLimitException when the protocol, or the peer on it,
   *     has too many; the stream then stays in the transient scope
   * @throws io.ethpeerflow.core.error.ConnectionClosedException when the connection was closed
   * @throws IllegalStateException when a protocol was assigned before
   */
  void assignProtocol(ProtocolId protocol);

  /**
   * Reserves memory for bytes buffered on this stream, or promised to the remote as window.
   *
   * @param bytes at least 0
   * @return false when refused; nothing is reserved then
   */
  boolean tryReserveMemory(long bytes);

  /**
   * As {@link #tryReserveMemory}, for callers that want to know why.
   *
   * @param bytes at least 0
   * @throws io.ethpeerflow.core.error.ResourceLimitException naming scope, limit and use; nothing
   *     is reserved then
   * @throws io.ethpeerflow.core.error.ConnectionClosedException when the connection was closed
   */
  void reserveMemory(long bytes);

  /**
   * Returns memory that was reserved; nothing after {@link #close}.
   *
   * @throws IllegalArgumentException when more is returned than is reserved
   */
  void releaseMemory(long bytes);

  /** Returns everything. Idempotent. */
  @Override
  void close();
}
