package io.ethpeerflow.core.limits;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.wire.peer.PeerId;

/** What one connection has reserved. Methods but {@link #close} belong to its loop. */
public interface ConnectionScope extends AutoCloseable {
  /**
   * Moves the connection from the transient scope to its peer's.
   *
   * @throws io.ethpeerflow.core.error.ResourceLimitException when the peer has too many; the
   *     connection then stays in the transient scope
   * @throws io.ethpeerflow.core.error.ConnectionClosedException after {@link #close}
   * @throws IllegalStateException when a peer was assigned before
   */
  void assignPeer(PeerId peer);

  /**
   * Reserves a stream, transient until its protocol is known.
   *
   * @throws io.ethpeerflow.core.error.ResourceLimitException naming scope, limit and use
   * @throws io.ethpeerflow.core.error.ConnectionClosedException after {@link #close}
   * @throws IllegalStateException before {@link #assignPeer}: streams exist on secured connections
   */
  StreamScope openStream(Direction direction);

  /**
   * Reserves memory for buffers of the connection itself.
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

  /** Returns everything, streams included. Idempotent, any thread. */
  @Override
  void close();
}
