package io.ethpeerflow.host.identify;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.NegotiationException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells connected peers of changes of this host, each the latest state and one push at a time, so
 * that an older one never overtakes a newer one. A push that the remote refuses is repeated later.
 */
@OwnedBy("host loop")
final class IdentifyPush {
  private static final Logger LOG = LoggerFactory.getLogger(IdentifyPush.class);

  /** Other codes say nothing: rust-libp2p resets the stream of each push that it has read. */
  private static final Set<StreamErrorCode> REFUSALS =
      Set.of(StreamErrorCode.RATE_LIMITED, StreamErrorCode.RESOURCE_LIMIT);

  private enum Outcome {
    TOLD,
    REFUSED,
    UNSUPPORTED
  }

  /** A connection that was there at a change; kept as long as it is open. */
  private static final class Target {
    private final Connection connection;
    private boolean changed;
    private boolean busy;
    private int refusals;

    Target(Connection connection) {
      this.connection = connection;
    }
  }

  private final Host host;
  private final PushConfig config;
  private final Duration timeout;
  private final Function<Stream, CompletableFuture<Void>> sender;
  private final Loop loop;
  private final Map<Connection, Target> targets = new ConcurrentHashMap<>();
  private final ArrayDeque<Target> ready = new ArrayDeque<>();
  private int sending;
  private boolean gathering;

  /**
   * Pushes of one host.
   *
   * @param timeout how long a remote may take to read a push
   * @param sender writes the latest state to a stream and closes its write half
   */
  IdentifyPush(
      Host host,
      PushConfig config,
      Duration timeout,
      Function<Stream, CompletableFuture<Void>> sender,
      Loop loop) {
    this.host = host;
    this.config = config;
    this.timeout = timeout;
    this.sender = sender;
    this.loop = loop;
  }

  /** Something that peers are told of has changed. Later connections learn of it by asking. */
  void onChange() {
    for (Connection connection : host.connections()) {
      Target target = targets.get(connection);
      if (target == null) {
        target = new Target(connection);
        targets.put(connection, target);
        connection.closed().thenRun(() -> loop.execute(() -> targets.remove(connection)));
      }
      target.changed = true;
    }
    if (!gathering && !targets.isEmpty()) {
      gathering = true;
      loop.schedule(
          config.delay().toNanos(),
          () -> {
            gathering = false;
            targets.values().forEach(this::want);
            sendNext();
          });
    }
  }

  /** What the remote of a connection speaks is known now. Any thread. */
  void onIdentified(Connection connection) {
    if (targets.containsKey(connection)) {
      loop.execute(
          () -> {
            Target target = targets.get(connection);
            if (target != null && !gathering) {
              want(target);
              sendNext();
            }
          });
    }
  }

  private void want(Target target) {
    if (target.busy || !target.changed) {
      return;
    }
    Set<ProtocolId> known = host.peerstore().protocols(target.connection.remotePeer());
    if (known.contains(Identify.PUSH)) {
      target.busy = true;
      ready.add(target);
    } else if (!known.isEmpty()) {
      target.changed = false;
    }
  }

  private void sendNext() {
    while (sending < config.maxConcurrent() && !ready.isEmpty()) {
      Target target = ready.remove();
      target.changed = false;
      sending++;
      var outcome = new CompletableFuture<Outcome>();
      // [spec identify/push]
      target
          .connection
          .openStream(Identify.PUSH)
          .thenCompose(
              stream -> {
                new AwaitedEnd(stream, timeout)
                    .begin()
                    .thenAccept(code -> outcome.complete(ofEnd(code)));
                return sender.apply(stream);
              })
          .whenComplete(
              (sent, failure) -> {
                if (failure != null) {
                  outcome.complete(ofFailure(P2pException.unwrap(failure)));
                }
                loop.execute(this::onSent);
              });
      outcome.thenAccept(done -> loop.execute(() -> onOutcome(target, done)));
    }
  }

  private static Outcome ofEnd(StreamErrorCode code) {
    return REFUSALS.contains(code) ? Outcome.REFUSED : Outcome.TOLD;
  }

  private static Outcome ofFailure(Throwable cause) {
    return cause instanceof NegotiationException ? Outcome.UNSUPPORTED : Outcome.REFUSED;
  }

  private void onSent() {
    sending--;
    sendNext();
  }

  private void onOutcome(Target target, Outcome outcome) {
    if (outcome == Outcome.REFUSED && target.refusals < config.maxRetries()) {
      target.changed = true;
      loop.schedule(config.retryDelay().toNanos() << target.refusals++, () -> again(target));
      return;
    }
    if (outcome != Outcome.TOLD) {
      LOG.debug(
          "push given up peer={} outcome={}",
          target.connection.remotePeer().toShortString(),
          outcome);
    }
    target.refusals = 0;
    again(target);
  }

  private void again(Target target) {
    target.busy = false;
    if (!gathering && targets.containsKey(target.connection)) {
      want(target);
      sendNext();
    }
  }
}
