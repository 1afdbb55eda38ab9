package io.ethpeerflow.core.limits;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.wire.protocol.ProtocolId;
import org.jspecify.annotations.Nullable;

/** One stream's part of its connection's {@link Holding}s. */
@OwnedBy("connection loop")
final class StreamReservation implements StreamScope {
  private final ConnectionReservation connection;
  private final Direction direction;
  private Holding group;
  private @Nullable ProtocolId protocol;
  private long memoryBytes;
  private boolean closed;

  StreamReservation(ConnectionReservation connection, Direction direction, Holding group) {
    this.connection = connection;
    this.direction = direction;
    this.group = group;
  }

  @Override
  public void assignProtocol(ProtocolId newProtocol) {
    requireOpen();
    group = connection.moveToProtocol(newProtocol, direction, group, memoryBytes);
    protocol = newProtocol;
  }

  @Override
  public boolean tryReserveMemory(long bytes) {
    if (closed) {
      return false;
    }
    try {
      reserveMemory(bytes);
      return true;
    } catch (ResourceLimitException | ConnectionClosedException refused) {
      return false;
    }
  }

  @Override
  public void reserveMemory(long bytes) {
    requireOpen();
    connection.chargeStream(group, memoryBytes, bytes);
    memoryBytes += bytes;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the stream's reservations were already returned");
    }
  }

  @Override
  public void releaseMemory(long bytes) {
    if (closed) {
      return;
    }
    ConnectionReservation.requireReserved(bytes, memoryBytes);
    memoryBytes -= bytes;
    connection.giveBackStream(group, bytes);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    connection.closeStream(direction, group, protocol, memoryBytes);
    memoryBytes = 0;
  }
}
