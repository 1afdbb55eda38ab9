package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The commands that measure many small exchanges. Each exchange starts where the one before it
 * completed, on the connection's loop: nothing waits for the command thread in between.
 */
final class RoundTrips {
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(10);

  private RoundTrips() {}

  /** Pings one after another on one stream. */
  static Map<String, Object> ping(Connection connection, int count) {
    var trips = new Latencies();
    try (Ping.PingSession session =
        Waits.result(
            PeerHost.LIMIT,
            Ping.open(connection, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime))) {
      Supplier<CompletableFuture<?>> ping =
          () -> session.ping().thenAccept(trip -> trips.add(trip.toNanos()));
      Waits.result(COMMAND_LIMIT, new Repetition(count, ping).start(1));
    }
    return trips.results();
  }

  /** Short streams on one connection, {@code concurrency} of them open at a time. */
  static Map<String, Object> streams(Connection connection, int count, int concurrency) {
    var trips = new Latencies();
    Supplier<CompletableFuture<?>> trip = () -> timed(trips, () -> EchoTrip.on(connection));
    long beginNanos = System.nanoTime();
    Waits.result(COMMAND_LIMIT, new Repetition(count, trip).start(concurrency));
    return trips.results(System.nanoTime() - beginNanos);
  }

  /** Connect, one short stream, close; one after another. */
  static Map<String, Object> dials(PeerHost peer, AddrInfo remote, int count) {
    peer.disconnect(remote.id());
    var trips = new Latencies();
    Supplier<CompletableFuture<?>> dial = () -> timed(trips, () -> dialOnce(peer, remote));
    long beginNanos = System.nanoTime();
    Waits.result(COMMAND_LIMIT, new Repetition(count, dial).start(1));
    return trips.results(System.nanoTime() - beginNanos);
  }

  private static CompletableFuture<?> dialOnce(PeerHost peer, AddrInfo remote) {
    return peer.dial(remote)
        .thenCompose(
            connection ->
                EchoTrip.on(connection)
                    .thenCompose(
                        done -> {
                          connection.close(ConnectionErrorCode.NO_ERROR);
                          return connection.closed();
                        }));
  }

  private static CompletableFuture<?> timed(Latencies trips, Supplier<CompletableFuture<?>> trip) {
    long beginNanos = System.nanoTime();
    return trip.get().thenRun(() -> trips.add(System.nanoTime() - beginNanos));
  }
}
