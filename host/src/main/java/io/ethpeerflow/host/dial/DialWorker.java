package io.ethpeerflow.host.dial;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.error.TransportUnavailableException;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.host.resolve.DnsAddressResolver;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The dial of one peer. Callers join it with the addresses they know; each address is resolved once
 * and tried once, in the order and with the delays of {@link DialPlan}. The first connection serves
 * all callers and every other attempt is cancelled. A worker whose last caller gave up cancels what
 * it started.
 */
@OwnedBy("host loop")
final class DialWorker {
  private final Dialer dialer;
  private final PeerId peer;
  private final boolean ignoreBackoff;
  private final List<Caller> callers = new ArrayList<>();
  private final Set<Multiaddr> known = new HashSet<>();
  private final List<Multiaddr> pendingPlan = new ArrayList<>();
  private final Map<Multiaddr, Cancellable> delayed = new HashMap<>();
  private final ArrayDeque<Multiaddr> ready = new ArrayDeque<>();
  private final Map<Multiaddr, Runnable> waitingForSlot = new HashMap<>();
  private final Map<Multiaddr, CompletableFuture<MuxedConnection>> inFlight = new LinkedHashMap<>();
  private final List<CompletableFuture<List<Multiaddr>>> resolutions = new ArrayList<>();
  private final List<DialException.Attempt> failures = new ArrayList<>();
  private int resolving;
  private int refusedAddresses;
  private boolean done;

  DialWorker(Dialer dialer, PeerId peer, boolean ignoreBackoff) {
    this.dialer = dialer;
    this.peer = peer;
    this.ignoreBackoff = ignoreBackoff;
  }

  /** Someone who waits for the connection. */
  private static final class Caller {
    final CompletableFuture<Connection> result;
    Cancellable timer = Cancellable.NONE;

    Caller(CompletableFuture<Connection> result) {
      this.result = result;
    }
  }

  void join(CompletableFuture<Connection> result, List<Multiaddr> addresses, Duration timeout) {
    var caller = new Caller(result);
    caller.timer =
        dialer.loop().schedule(timeout.toNanos(), () -> onCallerTimeout(caller, timeout));
    callers.add(caller);
    result.whenComplete(
        (connection, failure) -> {
          if (result.isCancelled()) {
            dialer.loop().execute(() -> leave(caller));
          }
        });
    for (Multiaddr address : addresses) {
      add(address);
    }
    proceed();
  }

  private void onCallerTimeout(Caller caller, Duration timeout) {
    if (callers.contains(caller)) {
      var soFar = new ArrayList<>(failures);
      inFlight
          .keySet()
          .forEach(
              address ->
                  soFar.add(
                      new DialException.Attempt(address, new P2pException("still under way"))));
      caller.result.completeExceptionally(
          new DialException(peer, "no connection within " + timeout, soFar));
      leave(caller);
    }
  }

  private void leave(Caller caller) {
    if (callers.remove(caller)) {
      caller.timer.cancel();
      if (callers.isEmpty() && !done) {
        finish(null, new DialException(peer, "given up by all callers", failures));
      }
    }
  }

  private void add(Multiaddr given) {
    Multiaddr address = given.withoutPeerId();
    if (!known.add(address)) {
      return;
    }
    if (known.size() > dialer.config().maxAddresses()) {
      refusedAddresses++;
      return;
    }
    if (!DnsAddressResolver.hasName(address)) {
      admit(address);
      return;
    }
    resolving++;
    CompletableFuture<List<Multiaddr>> resolution = dialer.resolver().resolve(given, peer);
    resolutions.add(resolution);
    resolution.whenComplete(
        (resolved, failure) -> dialer.loop().execute(() -> onResolved(address, resolved, failure)));
  }

  private void onResolved(
      Multiaddr address, @Nullable List<Multiaddr> resolved, @Nullable Throwable failure) {
    resolving--;
    if (done) {
      return;
    }
    if (failure != null) {
      failures.add(new DialException.Attempt(address, P2pException.unwrap(failure)));
    } else if (resolved != null) {
      for (Multiaddr each : resolved) {
        Multiaddr plain = each.withoutPeerId();
        if (known.add(plain) && known.size() <= dialer.config().maxAddresses()) {
          admit(plain);
        }
      }
    }
    proceed();
  }

  private void admit(Multiaddr address) {
    String refusal = refusal(address);
    if (refusal == null) {
      pendingPlan.add(address);
    } else {
      failures.add(new DialException.Attempt(address, new P2pException(refusal)));
    }
  }

  private @Nullable String refusal(Multiaddr address) {
    if (dialer.transportFor(address) == null) {
      return dialer.noTransport();
    }
    if (!dialer.gater().allowDial(peer, address)) {
      return "refused by the connection gater";
    }
    if (ignoreBackoff) {
      return null;
    }
    long waitNanos = dialer.backoff().remainingNanos(peer, address, dialer.loop().nanoTime());
    return waitNanos > 0
        ? "in back-off for another " + Duration.ofNanos(waitNanos).toMillis() + " ms"
        : dialer.blackHole(address);
  }

  private void proceed() {
    if (done) {
      return;
    }
    for (DialPlan.Step step : DialPlan.of(pendingPlan, dialer.config())) {
      if (step.delayNanos() == 0 || (inFlight.isEmpty() && delayed.isEmpty() && ready.isEmpty())) {
        ready.add(step.address());
      } else {
        delayed.put(
            step.address(),
            dialer.loop().schedule(step.delayNanos(), () -> onDelayOver(step.address())));
      }
    }
    pendingPlan.clear();
    startReady();
    if (inFlight.isEmpty() && waitingForSlot.isEmpty() && ready.isEmpty()) {
      if (!delayed.isEmpty()) {
        startEarliestDelayed();
      } else if (resolving == 0) {
        String summary = failures.isEmpty() ? "no addresses" : "all attempts failed";
        if (refusedAddresses > 0) {
          summary += " (" + refusedAddresses + " addresses beyond the limit were not tried)";
        }
        finish(null, new DialException(peer, summary, failures));
      }
    }
  }

  /** Nothing is under way, so the next address need not wait for its delay. */
  private void startEarliestDelayed() {
    Multiaddr next = DialPlan.best(delayed.keySet(), dialer.config());
    Cancellable timer = delayed.remove(next);
    if (timer != null) {
      timer.cancel();
      ready.add(next);
      startReady();
    }
  }

  private void onDelayOver(Multiaddr address) {
    if (delayed.remove(address) != null && !done) {
      ready.add(address);
      startReady();
    }
  }

  private void startReady() {
    while (!ready.isEmpty()
        && inFlight.size() + waitingForSlot.size() < dialer.config().perPeerInFlight()) {
      Multiaddr address = ready.poll();
      Runnable start = () -> start(address);
      waitingForSlot.put(address, start);
      dialer.acquireSlot(start);
    }
  }

  private void start(Multiaddr address) {
    waitingForSlot.remove(address);
    Transport transport = dialer.transportFor(address);
    if (done || transport == null) {
      dialer.releaseSlot();
      return;
    }
    CompletableFuture<MuxedConnection> attempt =
        transport.dial(
            new DialRequest(address, peer, Role.INITIATOR, dialer.config().attemptTimeout()));
    inFlight.put(address, attempt);
    attempt.whenComplete(
        (connection, failure) -> {
          if (connection == null) {
            dialer.loop().execute(() -> onAttempt(address, null, failure));
          } else {
            // an attempt that was complete before this line calls back on the dialer's loop
            connection.loop().runOnLoop(() -> register(address, connection));
          }
        });
  }

  private void register(Multiaddr address, MuxedConnection connection) {
    Connection registered = dialer.register(connection);
    dialer.loop().execute(() -> onAttempt(address, registered, null));
  }

  private void onAttempt(
      Multiaddr address, @Nullable Connection connection, @Nullable Throwable failure) {
    dialer.releaseSlot();
    if (connection != null && !done) {
      noteOvertakenBy(address);
    }
    inFlight.remove(address);
    if (connection != null) {
      dialer.backoff().succeeded(peer, address);
      dialer.blackHoles().succeeded(address);
      if (done) {
        connection.close(ConnectionErrorCode.SUPPLANTED);
        return;
      }
      finish(connection, null);
      return;
    }
    if (done) {
      return;
    }
    if (failure != null) {
      Throwable cause = P2pException.unwrap(failure);
      failures.add(new DialException.Attempt(address, cause));
      learnFrom(cause, address);
    }
    proceed();
  }

  private void learnFrom(Throwable cause, Multiaddr address) {
    if (cause instanceof TransportUnavailableException) {
      return;
    }
    dialer.backoff().failed(peer, address, dialer.loop().nanoTime());
    if (!(cause instanceof ResourceLimitException)) {
      dialer.blackHoles().failed(address);
    }
  }

  /** What began before the winner and has not come to an end yet lost with a head start. */
  private void noteOvertakenBy(Multiaddr winner) {
    for (Multiaddr earlier : inFlight.keySet()) {
      if (earlier.equals(winner)) {
        return;
      }
      dialer.blackHoles().overtaken(earlier, winner);
    }
  }

  private void finish(@Nullable Connection connection, @Nullable DialException failure) {
    if (done) {
      return;
    }
    done = true;
    dialer.finished(this, peer, failure);
    delayed.values().forEach(Cancellable::cancel);
    delayed.clear();
    ready.clear();
    waitingForSlot.values().forEach(dialer::abandonSlot);
    waitingForSlot.clear();
    resolutions.forEach(resolution -> resolution.cancel(false));
    List.copyOf(inFlight.values()).forEach(attempt -> attempt.cancel(false));
    for (Caller caller : callers) {
      caller.timer.cancel();
      if (connection != null) {
        caller.result.complete(connection);
      } else if (failure != null) {
        caller.result.completeExceptionally(failure);
      }
    }
    callers.clear();
  }
}
