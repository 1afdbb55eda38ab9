package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.wire.peer.PeerId;

/**
 * The scope of a socket, as the layers above it get it. When they are done with it nothing more can
 * be reserved, but the place of the connection and its descriptor stay charged until the socket is
 * closed: one that lingers over what was written takes them still, and a remote decides how long.
 */
final class SocketScope implements ConnectionScope {
  private final ConnectionScope scope;
  private volatile boolean closed;

  SocketScope(ConnectionScope scope) {
    this.scope = scope;
  }

  /** Returns everything: the socket is closed. Idempotent, any thread. */
  void socketClosed() {
    closed = true;
    scope.close();
  }

  private void requireOpen() {
    if (closed) {
      throw new ConnectionClosedException("the connection was given up");
    }
  }

  @Override
  public void assignPeer(PeerId peer) {
    requireOpen();
    scope.assignPeer(peer);
  }

  @Override
  public StreamScope openStream(Direction direction) {
    requireOpen();
    return scope.openStream(direction);
  }

  @Override
  public boolean tryReserveMemory(long bytes) {
    return !closed && scope.tryReserveMemory(bytes);
  }

  @Override
  public void reserveMemory(long bytes) {
    requireOpen();
    scope.reserveMemory(bytes);
  }

  @Override
  public void releaseMemory(long bytes) {
    scope.releaseMemory(bytes);
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return scope.toString();
  }
}
