package io.ethpeerflow.host.dial;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Dials peers: one {@link DialWorker} per peer at a time, shared by everyone who asks for that
 * peer, and one attempt per address. All state lives on the host's loop.
 */
public final class Dialer {
  private final DialConfig config;
  private final Loop loop;
  private final Transports transports;
  private final AddressResolver resolver;
  private final Gater gater;
  private final Function<MuxedConnection, Connection> register;
  private final DialBackoff backoff;
  private final BlackHoles blackHoles;
  private final Metrics.Counter blackHoled;
  private final Metrics.Counter succeeded;
  private final Metrics.Counter failed;

  @OwnedBy("host loop")
  private final Map<PeerId, DialWorker> workers = new HashMap<>();

  @OwnedBy("host loop")
  private final ArrayDeque<Runnable> waitingForSlot = new ArrayDeque<>();

  @OwnedBy("host loop")
  private int inFlight;

  /**
   * A dialer.
   *
   * @param loop the host's loop
   * @param register makes a host's connection of a transport's; called on that connection's loop
   */
  public Dialer(
      DialConfig config,
      Loop loop,
      Transports transports,
      AddressResolver resolver,
      Gater gater,
      Function<MuxedConnection, Connection> register,
      Metrics metrics) {
    this.config = config;
    this.loop = loop;
    this.transports = transports;
    this.resolver = resolver;
    this.gater = gater;
    this.register = register;
    this.backoff = new DialBackoff(config);
    this.blackHoles = new BlackHoles(config.blackHoles());
    this.succeeded = metrics.counter("peerflow.dials", "outcome", "success");
    this.failed = metrics.counter("peerflow.dials", "outcome", "failure");
    this.blackHoled = metrics.counter("peerflow.dials.blackholed");
    for (BlackHoles.Path path : BlackHoles.Path.values()) {
      metrics.gauge(
          "peerflow.dials.blackhole",
          () -> blackHoles.isBlocked(path) ? 1 : 0,
          "path",
          path.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Dials a peer at its addresses, or joins the dial that is under way. Any thread.
   *
   * @param timeout for this caller; others go on
   * @param fresh also dials addresses in back-off or in a black hole, and never joins an earlier
   *     dial
   * @return fails with {@code DialException}; cancelling it gives up this caller's interest
   */
  public CompletableFuture<Connection> dial(
      PeerId peer, List<Multiaddr> addresses, Duration timeout, boolean fresh) {
    var result = new CompletableFuture<Connection>();
    loop.execute(
        () -> {
          DialWorker worker = fresh ? null : workers.get(peer);
          if (worker == null) {
            worker = new DialWorker(this, peer, fresh);
            if (!fresh) {
              workers.put(peer, worker);
            }
          }
          worker.join(result, addresses, timeout);
        });
    return result;
  }

  DialConfig config() {
    return config;
  }

  Loop loop() {
    return loop;
  }

  AddressResolver resolver() {
    return resolver;
  }

  Gater gater() {
    return gater;
  }

  DialBackoff backoff() {
    return backoff;
  }

  BlackHoles blackHoles() {
    return blackHoles;
  }

  /** Why an address is left out because its kind of path leads nowhere, or null. */
  @Nullable String blackHole(Multiaddr address) {
    String reason = blackHoles.refusal(address);
    if (reason != null) {
      blackHoled.increment();
    }
    return reason;
  }

  Connection register(MuxedConnection connection) {
    return register.apply(connection);
  }

  @Nullable Transport transportFor(Multiaddr address) {
    return transports.dialing(address);
  }

  String noTransport() {
    return transports.noneBecause("no transport for this address");
  }

  void acquireSlot(Runnable start) {
    if (inFlight < config.totalInFlight()) {
      inFlight++;
      start.run();
    } else {
      waitingForSlot.add(start);
    }
  }

  void abandonSlot(Runnable start) {
    waitingForSlot.remove(start);
  }

  void releaseSlot() {
    Runnable next = waitingForSlot.poll();
    if (next == null) {
      inFlight--;
    } else {
      loop.execute(next);
    }
  }

  void finished(DialWorker worker, PeerId peer, @Nullable DialException failure) {
    workers.remove(peer, worker);
    (failure == null ? succeeded : failed).increment();
  }
}
