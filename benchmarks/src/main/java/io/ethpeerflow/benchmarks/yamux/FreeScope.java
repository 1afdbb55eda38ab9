package io.ethpeerflow.benchmarks.yamux;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;

/** A budget without limits, so that the muxer alone is measured. */
final class FreeScope implements ConnectionScope, StreamScope {
  @Override
  public void assignPeer(PeerId peer) {}

  @Override
  public void assignProtocol(ProtocolId protocol) {}

  @Override
  public StreamScope openStream(Direction direction) {
    return this;
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
}
