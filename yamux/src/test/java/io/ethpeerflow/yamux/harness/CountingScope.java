package io.ethpeerflow.yamux.harness;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;

/** A budget that counts, refuses beyond its limits and notices double or missing releases. */
public final class CountingScope implements ConnectionScope {
  public long maxMemoryBytes = Long.MAX_VALUE;
  public int maxStreams = Integer.MAX_VALUE;
  public long memoryBytes;
  public long peakMemoryBytes;
  public int streams;
  public int streamsEver;

  @Override
  public void assignPeer(PeerId peer) {}

  @Override
  public StreamScope openStream(Direction direction) {
    if (streams >= maxStreams) {
      throw new ResourceLimitException("connection", "streams", maxStreams, streams, 1);
    }
    streams++;
    streamsEver++;
    return new OfStream();
  }

  @Override
  public boolean tryReserveMemory(long bytes) {
    if (memoryBytes + bytes > maxMemoryBytes) {
      return false;
    }
    memoryBytes += bytes;
    peakMemoryBytes = Math.max(peakMemoryBytes, memoryBytes);
    return true;
  }

  @Override
  public void reserveMemory(long bytes) {
    if (!tryReserveMemory(bytes)) {
      throw new ResourceLimitException("connection", "memory", maxMemoryBytes, memoryBytes, bytes);
    }
  }

  @Override
  public void releaseMemory(long bytes) {
    memoryBytes -= bytes;
  }

  @Override
  public void close() {}

  private final class OfStream implements StreamScope {
    private long reserved;
    private boolean closed;

    @Override
    public void assignProtocol(ProtocolId protocol) {}

    @Override
    public boolean tryReserveMemory(long bytes) {
      check(bytes);
      if (!CountingScope.this.tryReserveMemory(bytes)) {
        return false;
      }
      reserved += bytes;
      return true;
    }

    @Override
    public void reserveMemory(long bytes) {
      check(bytes);
      CountingScope.this.reserveMemory(bytes);
      reserved += bytes;
    }

    @Override
    public void releaseMemory(long bytes) {
      check(bytes);
      if (bytes > reserved) {
        throw new AssertionError("releases " + bytes + " of " + reserved + " reserved");
      }
      reserved -= bytes;
      CountingScope.this.releaseMemory(bytes);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        CountingScope.this.releaseMemory(reserved);
        streams--;
      }
    }

    private void check(long bytes) {
      if (bytes < 0 || closed && bytes > 0) {
        throw new AssertionError(
            bytes + " bytes on a scope that is " + (closed ? "closed" : "open"));
      }
    }
  }
}
