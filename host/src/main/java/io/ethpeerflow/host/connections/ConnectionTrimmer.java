package io.ethpeerflow.host.connections;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.ConnectionManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.host.swarm.Swarm;
import io.ethpeerflow.host.swarm.SwarmConnection;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Trims connections above the high water mark down to the low one: those of unprotected peers whose
 * grace is over, lowest tag sum first, of equal ones those without streams, then the younger.
 */
public final class ConnectionTrimmer implements ConnectionManager {
  private static final int MAX_NAMES_PER_PEER = 64;

  private static final class Tags {
    final Map<String, Integer> values = new HashMap<>();
    final Set<String> protections = new HashSet<>();

    int sum() {
      long sum = values.values().stream().mapToLong(Integer::longValue).sum();
      return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, sum));
    }

    boolean isEmpty() {
      return values.isEmpty() && protections.isEmpty();
    }
  }

  private final ConnectionsConfig config;
  private final Swarm swarm;
  private final Loop loop;
  private final Metrics.Counter trimmed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<PeerId, Tags> tags = new HashMap<>();
  private Cancellable timer = Cancellable.NONE;
  private volatile boolean stopped;

  /** A manager of the connections of {@code swarm}. */
  public ConnectionTrimmer(ConnectionsConfig config, Swarm swarm, Loop loop, Metrics metrics) {
    this.config = config;
    this.swarm = swarm;
    this.loop = loop;
    this.trimmed = metrics.counter("peerflow.connections.trimmed");
  }

  /** Begins to look at the number of connections. */
  public void start() {
    swarm.onEachConnection(
        connection -> {
          if (swarm.size() > config.highWater()) {
            loop.execute(this::trimAboveHighWater);
          }
        });
    loop.execute(this::tick);
  }

  /** Stops looking. */
  public void stop() {
    stopped = true;
    loop.execute(() -> timer.cancel());
  }

  private void tick() {
    if (!stopped) {
      trimAboveHighWater();
      timer = loop.schedule(config.interval().toNanos(), this::tick);
    }
  }

  private void trimAboveHighWater() {
    if (swarm.size() > config.highWater()) {
      trim();
    }
  }

  @Override
  public void trim() {
    List<SwarmConnection> all = swarm.connections();
    // [spec connections/bound]
    int surplus = all.size() - config.lowWater();
    if (surplus <= 0) {
      return;
    }
    record Candidate(SwarmConnection connection, int value, int streams) {}
    all.stream()
        .filter(connection -> !connection.isYoungerThan(config.grace()))
        .filter(connection -> !isProtected(connection.remotePeer()))
        .map(
            connection ->
                new Candidate(
                    connection, tagSum(connection.remotePeer()), connection.streamCount()))
        .sorted(
            Comparator.comparingInt(Candidate::value)
                .thenComparingInt(Candidate::streams)
                .thenComparing(
                    candidate -> candidate.connection().openedNanos(), Comparator.reverseOrder()))
        .limit(surplus)
        .forEach(
            candidate -> {
              trimmed.increment();
              candidate.connection().close(ConnectionErrorCode.GARBAGE_COLLECTED);
            });
  }

  @Override
  public void tag(PeerId peer, String name, int value) {
    lock.lock();
    try {
      Tags of = tagsFor(peer);
      if (of.values.containsKey(name) || of.values.size() < MAX_NAMES_PER_PEER) {
        of.values.put(name, value);
      }
    } finally {
      lock.unlock();
    }
  }

  private Tags tagsFor(PeerId peer) {
    Tags of = tags.get(peer);
    if (of == null) {
      of = new Tags();
      if (tags.size() < config.maxTaggedPeers()) {
        tags.put(peer, of);
      }
    }
    return of;
  }

  @Override
  public void untag(PeerId peer, String name) {
    lock.lock();
    try {
      Tags of = tags.get(peer);
      if (of != null) {
        of.values.remove(name);
        dropIfEmpty(peer, of);
      }
    } finally {
      lock.unlock();
    }
  }

  private void dropIfEmpty(PeerId peer, Tags of) {
    if (of.isEmpty()) {
      tags.remove(peer);
    }
  }

  @Override
  public int tagSum(PeerId peer) {
    lock.lock();
    try {
      Tags of = tags.get(peer);
      return of == null ? 0 : of.sum();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void protect(PeerId peer, String reason) {
    lock.lock();
    try {
      Tags of = tagsFor(peer);
      if (of.protections.size() < MAX_NAMES_PER_PEER) {
        of.protections.add(reason);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean unprotect(PeerId peer, String reason) {
    lock.lock();
    try {
      Tags of = tags.get(peer);
      if (of == null) {
        return false;
      }
      of.protections.remove(reason);
      dropIfEmpty(peer, of);
      return !of.protections.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isProtected(PeerId peer) {
    lock.lock();
    try {
      Tags of = tags.get(peer);
      return of != null && !of.protections.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
