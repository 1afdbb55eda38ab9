package io.ethpeerflow.core.limits;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.ResourceLimitException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one scope that several connections share. Inbound and outbound live in one word,
 * so that a step checks and takes all three limits of a kind at once. Any thread.
 */
final class SharedScope {
  private static final int OUTBOUND_BITS = 32;
  private static final long OUTBOUND_MASK = 0xffff_ffffL;

  /** What kind of scope it is, for metrics: a closed set, unlike names. */
  enum Kind {
    SYSTEM("system"),
    TRANSIENT("transient"),
    PEER("peer"),
    PROTOCOL("protocol"),
    PROTOCOL_PEER("protocol-peer"),
    CONNECTION("connection"),
    STREAM("stream");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  private final Kind kind;
  private final Supplier<String> nameSource;
  private final ScopeLimits limits;
  private final BiConsumer<Kind, Resource> onRefusal;
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong streams = new AtomicLong();
  private final AtomicLong memoryBytes = new AtomicLong();
  private final AtomicLong descriptors = new AtomicLong();
  private volatile boolean memoryScarce;
  private volatile @Nullable String name;

  /** How many connections keep it in its map; touched only inside the map's compute. */
  int holders;

  SharedScope(
      Kind kind,
      Supplier<String> nameSource,
      ScopeLimits limits,
      BiConsumer<Kind, Resource> onRefusal) {
    this.kind = kind;
    this.nameSource = nameSource;
    this.limits = limits;
    this.onRefusal = onRefusal;
  }

  void addConnection(Direction direction) {
    add(
        connections,
        direction,
        direction == Direction.INBOUND
            ? Resource.INBOUND_CONNECTIONS
            : Resource.OUTBOUND_CONNECTIONS,
        Resource.CONNECTIONS);
  }

  void removeConnection(Direction direction) {
    connections.addAndGet(-unit(direction));
  }

  void addStream(Direction direction) {
    add(
        streams,
        direction,
        direction == Direction.INBOUND ? Resource.INBOUND_STREAMS : Resource.OUTBOUND_STREAMS,
        Resource.STREAMS);
  }

  void removeStreams(int inbound, int outbound) {
    streams.addAndGet(-(((long) inbound << OUTBOUND_BITS) + outbound));
  }

  void addMemory(long bytes) {
    long inUse = takeMemory(bytes);
    if (inUse >= 0) {
      throw refusal(Resource.MEMORY_BYTES, inUse, bytes);
    }
  }

  /** Takes memory, or does nothing when there is not enough; a refusal is not counted as one. */
  boolean tryAddMemory(long bytes) {
    return takeMemory(bytes) < 0;
  }

  void removeMemory(long bytes) {
    if (memoryBytes.addAndGet(-bytes) < limits.memoryBytes() / 4 * 3 && memoryScarce) {
      memoryScarce = false;
    }
  }

  /**
   * Whether more than seven eighths of the memory were in use, and since then never less than three
   * quarters: a time to give back what is only kept in store.
   */
  boolean isMemoryScarce() {
    return memoryScarce;
  }

  void addDescriptor() {
    long limit = limits.descriptors();
    while (true) {
      long now = descriptors.get();
      if (now >= limit) {
        throw refusal(Resource.DESCRIPTORS, now, 1);
      }
      if (descriptors.compareAndSet(now, now + 1)) {
        return;
      }
    }
  }

  void removeDescriptor() {
    descriptors.decrementAndGet();
  }

  private void add(AtomicLong counter, Direction direction, Resource part, Resource whole) {
    while (true) {
      long now = counter.get();
      int inbound = (int) (now >>> OUTBOUND_BITS);
      int outbound = (int) (now & OUTBOUND_MASK);
      int partNow = direction == Direction.INBOUND ? inbound : outbound;
      if (partNow >= limits.of(part)) {
        throw refusal(part, partNow, 1);
      }
      if (inbound + outbound >= limits.of(whole)) {
        throw refusal(whole, inbound + outbound, 1);
      }
      if (counter.compareAndSet(now, now + unit(direction))) {
        return;
      }
    }
  }

  /** Returns -1 when taken, otherwise what was in use. */
  private long takeMemory(long bytes) {
    long limit = limits.memoryBytes();
    while (true) {
      long now = memoryBytes.get();
      if (bytes > limit - now) {
        memoryScarce = true;
        return now;
      }
      if (memoryBytes.compareAndSet(now, now + bytes)) {
        if (now + bytes > limit / 8 * 7 && !memoryScarce) {
          memoryScarce = true;
        }
        return -1;
      }
    }
  }

  private static long unit(Direction direction) {
    return direction == Direction.INBOUND ? 1L << OUTBOUND_BITS : 1;
  }

  private ResourceLimitException refusal(Resource resource, long inUse, long requested) {
    onRefusal.accept(kind, resource);
    return new ResourceLimitException(
        name(), resource.label(), limits.of(resource), inUse, requested);
  }

  private String name() {
    String known = name;
    if (known == null) {
      known = nameSource.get();
      name = known;
    }
    return known;
  }

  ScopeUsage usage() {
    long connectionsNow = connections.get();
    long streamsNow = streams.get();
    return new ScopeUsage(
        name(),
        limits,
        (int) (connectionsNow >>> OUTBOUND_BITS),
        (int) (connectionsNow & OUTBOUND_MASK),
        (int) (streamsNow >>> OUTBOUND_BITS),
        (int) (streamsNow & OUTBOUND_MASK),
        memoryBytes.get(),
        (int) descriptors.get());
  }

  long used(Resource resource) {
    ScopeUsage now = usage();
    return switch (resource) {
      case INBOUND_CONNECTIONS -> now.inboundConnections();
      case OUTBOUND_CONNECTIONS -> now.outboundConnections();
      case CONNECTIONS -> now.connections();
      case INBOUND_STREAMS -> now.inboundStreams();
      case OUTBOUND_STREAMS -> now.outboundStreams();
      case STREAMS -> now.streams();
      case MEMORY_BYTES -> now.memoryBytes();
      case DESCRIPTORS -> now.descriptors();
    };
  }
}
