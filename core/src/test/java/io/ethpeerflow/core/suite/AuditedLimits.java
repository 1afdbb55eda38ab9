package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Real limits, with books of their own: exactly how many connections and streams are open and how
 * many bytes are reserved, without the chunks that {@link ResourceManager} keeps in store. Any
 * thread may ask.
 */
public final class AuditedLimits implements Limits {
  private final ResourceManager manager;
  private final AtomicInteger openConnections = new AtomicInteger();
  private final AtomicInteger openStreams = new AtomicInteger();
  private final AtomicInteger mostStreams = new AtomicInteger();
  private final AtomicLong memoryBytes = new AtomicLong();
  private final Queue<ConnectionScope> connections = new ConcurrentLinkedQueue<>();

  /** Books for new limits. */
  public AuditedLimits(LimitsConfig config) {
    manager = new ResourceManager(config, Metrics.NONE);
  }

  /** Scopes of connections that are not closed. */
  public int openConnections() {
    return openConnections.get();
  }

  /** Scopes of streams that are not closed. */
  public int openStreams() {
    return openStreams.get();
  }

  /** The most streams that were open at a time. */
  public int mostStreams() {
    return mostStreams.get();
  }

  /** Bytes reserved and not returned, by scopes that are not closed. */
  public long memoryBytes() {
    return memoryBytes.get();
  }

  /** The scopes of connections that were opened, closed ones among them. */
  public List<ConnectionScope> connections() {
    return List.copyOf(connections);
  }

  /** The limits underneath. */
  public ResourceManager manager() {
    return manager;
  }

  @Override
  public ConnectionScope openConnection(Direction direction, boolean usesDescriptor) {
    var scope = new AuditedConnection(manager.openConnection(direction, usesDescriptor));
    connections.add(scope);
    return scope;
  }

  private final class AuditedConnection implements ConnectionScope {
    private final ConnectionScope scope;
    private long ownBytes;
    private boolean closed;

    AuditedConnection(ConnectionScope scope) {
      this.scope = scope;
      openConnections.incrementAndGet();
    }

    @Override
    public void assignPeer(PeerId peer) {
      scope.assignPeer(peer);
    }

    @Override
    public StreamScope openStream(Direction direction) {
      return new AuditedStream(scope.openStream(direction));
    }

    @Override
    public boolean tryReserveMemory(long bytes) {
      return scope.tryReserveMemory(bytes) && note(bytes);
    }

    @Override
    public void reserveMemory(long bytes) {
      scope.reserveMemory(bytes);
      note(bytes);
    }

    private boolean note(long bytes) {
      ownBytes += bytes;
      memoryBytes.addAndGet(bytes);
      return true;
    }

    @Override
    public void releaseMemory(long bytes) {
      scope.releaseMemory(bytes);
      if (!closed) {
        note(-bytes);
      }
    }

    @Override
    public void close() {
      scope.close();
      if (!closed) {
        closed = true;
        openConnections.decrementAndGet();
        memoryBytes.addAndGet(-ownBytes);
      }
    }
  }

  private final class AuditedStream implements StreamScope {
    private final StreamScope scope;
    private long ownBytes;
    private boolean closed;

    AuditedStream(StreamScope scope) {
      this.scope = scope;
      mostStreams.accumulateAndGet(openStreams.incrementAndGet(), Math::max);
    }

    @Override
    public void assignProtocol(ProtocolId protocol) {
      scope.assignProtocol(protocol);
    }

    @Override
    public boolean tryReserveMemory(long bytes) {
      return scope.tryReserveMemory(bytes) && note(bytes);
    }

    @Override
    public void reserveMemory(long bytes) {
      scope.reserveMemory(bytes);
      note(bytes);
    }

    private boolean note(long bytes) {
      ownBytes += bytes;
      memoryBytes.addAndGet(bytes);
      return true;
    }

    @Override
    public void releaseMemory(long bytes) {
      scope.releaseMemory(bytes);
      if (!closed) {
        note(-bytes);
      }
    }

    @Override
    public void close() {
      scope.close();
      if (!closed) {
        closed = true;
        openStreams.decrementAndGet();
        memoryBytes.addAndGet(-ownBytes);
      }
    }
  }
}
