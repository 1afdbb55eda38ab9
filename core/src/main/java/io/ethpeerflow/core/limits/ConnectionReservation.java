package io.ethpeerflow.core.limits;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection's holdings: {@code all} of it in the system and in the peer's scope (at first the
 * transient one), its streams without a protocol in the transient scope, and its streams of each
 * protocol in that protocol's two scopes.
 */
final class ConnectionReservation implements ConnectionScope {
  private final ResourceManager manager;
  private final long id;
  private final Direction direction;
  private final boolean usesDescriptor;
  private final Object lock = new Object();
  private final Holding all;
  private final Holding unassigned;

  @OwnedBy("lock")
  private final Map<ProtocolId, Holding> protocols = new HashMap<>(4);

  @OwnedBy("connection loop")
  private long ownMemoryBytes;

  private volatile @Nullable PeerId peer;
  private volatile @Nullable String name;
  private volatile boolean closed;

  ConnectionReservation(
      ResourceManager manager, long id, Direction direction, boolean usesDescriptor) {
    this.manager = manager;
    this.id = id;
    this.direction = direction;
    this.usesDescriptor = usesDescriptor;
    int chunkBytes = manager.config().memoryChunkBytes();
    this.all = new Holding(lock, chunkBytes, manager.transients(), manager.system());
    this.unassigned = new Holding(lock, chunkBytes, manager.transients());
  }

  @Override
  public void assignPeer(PeerId newPeer) {
    synchronized (lock) {
      requireOpen();
      if (peer != null) {
        throw new IllegalStateException("the peer is already known");
      }
      SharedScope scope = manager.holdPeer(newPeer, direction, usesDescriptor);
      try {
        all.replace(0, scope);
      } catch (ResourceLimitException refused) {
        manager.dropPeer(newPeer, direction, usesDescriptor);
        throw refused;
      }
      ResourceManager.removeConnection(manager.transients(), direction, usesDescriptor);
      peer = newPeer;
    }
  }

  @Override
  public StreamScope openStream(Direction streamDirection) {
    synchronized (lock) {
      requireOpen();
      if (peer == null) {
        throw new IllegalStateException("a stream before the peer is known");
      }
      requireOwnStreams(streamDirection);
      unassigned.addStream(streamDirection);
      try {
        all.addStream(streamDirection);
      } catch (ResourceLimitException refused) {
        unassigned.removeStream(streamDirection);
        throw refused;
      }
      return new StreamReservation(this, streamDirection, unassigned);
    }
  }

  private void requireOwnStreams(Direction streamDirection) {
    int inbound = all.inboundStreams();
    int outbound = all.outboundStreams();
    boolean isInbound = streamDirection == Direction.INBOUND;
    Resource part = isInbound ? Resource.INBOUND_STREAMS : Resource.OUTBOUND_STREAMS;
    requireOwn(part, isInbound ? inbound : outbound);
    requireOwn(Resource.STREAMS, inbound + outbound);
  }

  private void requireOwn(Resource resource, int inUse) {
    long allowed = manager.config().connection().of(resource);
    if (inUse >= allowed) {
      manager.countRefusal(SharedScope.Kind.CONNECTION, resource);
      throw new ResourceLimitException(name(), resource.label(), allowed, inUse, 1);
    }
  }

  Holding moveToProtocol(
      ProtocolId protocol, Direction streamDirection, Holding from, long memoryBytes) {
    synchronized (lock) {
      requireOpen();
      if (from != unassigned) {
        throw new IllegalStateException("the stream's protocol is already known");
      }
      Holding known = protocols.get(protocol);
      Holding group = known == null ? holdProtocol(protocol) : known;
      try {
        group.addStream(streamDirection);
        try {
          group.use(memoryBytes);
        } catch (ResourceLimitException refused) {
          group.removeStream(streamDirection);
          throw refused;
        }
      } catch (ResourceLimitException refused) {
        if (known == null) {
          dropProtocol(protocol);
        }
        throw refused;
      }
      unassigned.giveBack(memoryBytes);
      unassigned.removeStream(streamDirection);
      return group;
    }
  }

  private Holding holdProtocol(ProtocolId protocol) {
    var group =
        new Holding(
            lock,
            manager.config().memoryChunkBytes(),
            manager.holdProtocolPeer(protocol, knownPeer()),
            manager.holdProtocol(protocol));
    protocols.put(protocol, group);
    return group;
  }

  private void dropProtocol(ProtocolId protocol) {
    Holding group = protocols.remove(protocol);
    if (group != null) {
      group.end();
      manager.dropProtocol(protocol);
      manager.dropProtocolPeer(protocol, knownPeer());
    }
  }

  private PeerId knownPeer() {
    PeerId known = peer;
    if (known == null) {
      throw new IllegalStateException("a protocol before the peer is known");
    }
    return known;
  }

  void closeStream(
      Direction streamDirection, Holding group, @Nullable ProtocolId protocol, long memoryBytes) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      group.giveBack(memoryBytes);
      group.removeStream(streamDirection);
      all.giveBack(memoryBytes);
      all.removeStream(streamDirection);
      if (protocol != null && group.inboundStreams() + group.outboundStreams() == 0) {
        dropProtocol(protocol);
      }
    }
  }

  @Override
  public boolean tryReserveMemory(long bytes) {
    try {
      reserveMemory(bytes);
      return true;
    } catch (ResourceLimitException | ConnectionClosedException refused) {
      return false;
    }
  }

  @Override
  public void reserveMemory(long bytes) {
    requireNotNegative(bytes);
    requireOpen();
    requireOwnMemory(bytes);
    all.use(bytes);
    ownMemoryBytes += bytes;
  }

  @Override
  public void releaseMemory(long bytes) {
    if (closed) {
      return;
    }
    requireReserved(bytes, ownMemoryBytes);
    ownMemoryBytes -= bytes;
    all.giveBack(bytes);
  }

  /** Charges a stream's memory to every scope it counts in, or throws and charges it to none. */
  void chargeStream(Holding group, long streamBytes, long bytes) {
    requireNotNegative(bytes);
    requireOpen();
    long streamLimit = manager.config().streamMemoryBytes();
    if (bytes > streamLimit - streamBytes) {
      throw memoryRefusal(
          SharedScope.Kind.STREAM, "stream of " + name(), streamLimit, streamBytes, bytes);
    }
    requireOwnMemory(bytes);
    long heldBytesBefore = group.heldBytes();
    group.use(bytes);
    try {
      all.use(bytes);
    } catch (ResourceLimitException | ConnectionClosedException refused) {
      group.undo(bytes, heldBytesBefore);
      throw refused;
    }
  }

  void giveBackStream(Holding group, long bytes) {
    if (!closed) {
      group.giveBack(bytes);
      all.giveBack(bytes);
    }
  }

  private void requireOwnMemory(long bytes) {
    long limit = manager.config().connection().memoryBytes();
    long inUse = all.usedBytes();
    if (bytes > limit - inUse) {
      throw memoryRefusal(SharedScope.Kind.CONNECTION, name(), limit, inUse, bytes);
    }
  }

  private ResourceLimitException memoryRefusal(
      SharedScope.Kind kind, String scope, long limit, long inUse, long bytes) {
    manager.countRefusal(kind, Resource.MEMORY_BYTES);
    return new ResourceLimitException(scope, Resource.MEMORY_BYTES.label(), limit, inUse, bytes);
  }

  static void requireNotNegative(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " < 0");
    }
  }

  static void requireReserved(long bytes, long reserved) {
    requireNotNegative(bytes);
    if (bytes > reserved) {
      throw new IllegalArgumentException(
          "bytes: " + bytes + " to release, only " + reserved + " were reserved");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ConnectionClosedException("the connection's reservations were already returned");
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      for (ProtocolId protocol : List.copyOf(protocols.keySet())) {
        dropProtocol(protocol);
      }
      unassigned.end();
      all.end();
      PeerId known = peer;
      if (known == null) {
        ResourceManager.removeConnection(manager.transients(), direction, usesDescriptor);
      } else {
        manager.dropPeer(known, direction, usesDescriptor);
      }
      ResourceManager.removeConnection(manager.system(), direction, usesDescriptor);
      manager.forget(this);
    }
  }

  long id() {
    return id;
  }

  ScopeUsage usage() {
    boolean inbound = direction == Direction.INBOUND;
    return new ScopeUsage(
        name(),
        manager.config().connection(),
        inbound ? 1 : 0,
        inbound ? 0 : 1,
        all.inboundStreams(),
        all.outboundStreams(),
        all.heldBytes(),
        usesDescriptor ? 1 : 0);
  }

  private String name() {
    String known = name;
    if (known == null) {
      known = "connection:" + id;
      name = known;
    }
    return known;
  }
}
