package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;

/** A scope that lets everything through: what a transport without limits would pass on. */
final class UnchargedScope implements ConnectionScope {
  @Override
  public void assignPeer(PeerId peer) {}

  @Override
  public StreamScope openStream(Direction direction) {
    return new UnchargedStream();
  }

  @Override
  public boolean tryReserveMemory(long bytes) {
    return true;
  }

  @Override
  public void reserveMemory(long bytes) {}

  @Override
  public void releaseMemory(long bytes) {}

  @Override
  public void close() {}

  private static final class UnchargedStream implements StreamScope {
    @Override
    public void assignProtocol(ProtocolId protocol) {}

    @Override
    public boolean tryReserveMemory(long bytes) {
      return true;
    }

    @Override
    public void reserveMemory(long bytes) {}

    @Override
    public void releaseMemory(long bytes) {}

    @Override
    public void close() {}
  }
}
