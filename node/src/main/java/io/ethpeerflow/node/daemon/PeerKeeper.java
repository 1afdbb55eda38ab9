package io.ethpeerflow.node.daemon;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Peerstore;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node connected with the peers of its configuration: dials them at the start, again when
 * the last connection to one is lost, and after failures with growing waits. They are protected
 * from trimming. The node itself may stand in the list, so that several nodes can share one; it is
 * left out. The state belongs to one thread of its own.
 */
final class PeerKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerKeeper.class);
  private static final String REASON = "configured";

  /** A connection that lived as long makes the next wait short again. */
  private static final Duration STABLE = Duration.ofMinutes(1);

  private static final ThreadFactory THREADS =
      task -> {
        var thread = new Thread(task, "peer-keeper");
        thread.setDaemon(true);
        return thread;
      };

  private final Host host;
  private final ScheduledExecutorService executor;
  private final Map<PeerId, Kept> kept = new LinkedHashMap<>();
  private final List<Registration> registrations = new ArrayList<>();

  /** A peer and how its dials go. */
  private static final class Kept {
    final AddrInfo peer;
    final Backoff backoff;
    boolean dialing;
    boolean warned;
    long connectedNanos;

    Kept(AddrInfo peer, Backoff backoff) {
      this.peer = peer;
      this.backoff = backoff;
    }
  }

  /**
   * Keeps nobody before {@link #start}.
   *
   * @param peers an id may come more than once, with other addresses
   * @param first the wait after the first failure
   * @param max the longest wait
   */
  PeerKeeper(
      Host host, List<AddrInfo> peers, Duration first, Duration max, RandomGenerator random) {
    this.host = host;
    for (AddrInfo peer : peers) {
      if (peer.id().equals(host.id())) {
        continue;
      }
      kept.merge(
          peer.id(),
          new Kept(peer, new Backoff(first, max, random)),
          (one, other) -> new Kept(joined(one.peer, other.peer), one.backoff));
    }
    executor = Executors.newSingleThreadScheduledExecutor(THREADS);
  }

  private static AddrInfo joined(AddrInfo one, AddrInfo other) {
    var addresses = new ArrayList<>(one.addresses());
    addresses.addAll(other.addresses());
    return new AddrInfo(one.id(), addresses);
  }

  /** Begins to dial. */
  void start() {
    registrations.add(
        host.on(
            HostEvent.PeerDisconnected.class,
            event -> {
              Kept lost = kept.get(event.peer());
              if (lost != null) {
                run(() -> onLost(lost));
              }
            }));
    for (Kept one : kept.values()) {
      host.connectionManager().protect(one.peer.id(), REASON);
      host.peerstore().addAddresses(one.peer.id(), one.peer.addresses(), Peerstore.PERMANENT);
      run(() -> dial(one));
    }
  }

  private void run(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closed) {
      LOG.trace("peer keeper is closed");
    }
  }

  private void onLost(Kept one) {
    LOG.info("peer lost peer={}", one.peer.id().toShortString());
    if (System.nanoTime() - one.connectedNanos >= STABLE.toNanos()) {
      one.backoff.reset();
    }
    scheduleDial(one);
  }

  private void scheduleDial(Kept one) {
    if (!one.dialing) {
      one.dialing = true;
      schedule(one);
    }
  }

  private void schedule(Kept one) {
    try {
      executor.schedule(
          () -> {
            one.dialing = false;
            dial(one);
          },
          one.backoff.nextNanos(),
          TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.trace("peer keeper is closed");
    }
  }

  private void dial(Kept one) {
    if (one.dialing || !host.connections(one.peer.id()).isEmpty()) {
      return;
    }
    one.dialing = true;
    host.connect(one.peer).whenComplete((connection, failure) -> run(() -> onDialed(one, failure)));
  }

  private void onDialed(Kept one, @Nullable Throwable failure) {
    one.dialing = false;
    if (failure == null) {
      one.connectedNanos = System.nanoTime();
      one.warned = false;
      LOG.info("peer connected peer={}", one.peer.id().toShortString());
      if (host.connections(one.peer.id()).isEmpty()) {
        scheduleDial(one);
      }
      return;
    }
    if (one.warned) {
      LOG.debug(
          "peer not reached peer={} reason={}",
          one.peer.id().toShortString(),
          failure.getMessage());
    } else {
      one.warned = true;
      LOG.warn(
          "peer not reached, trying on peer={} reason={}",
          one.peer.id().toShortString(),
          failure.getMessage());
    }
    scheduleDial(one);
  }

  @Override
  public void close() {
    registrations.forEach(Registration::close);
    executor.shutdownNow();
  }
}
