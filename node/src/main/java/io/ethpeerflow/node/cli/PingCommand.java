package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.wire.multiaddr.Protocol;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Round trip times. */
@Command(name = "ping", description = "Pings a peer and sums up the round trip times.")
final class PingCommand extends DialCommand {
  private static final Logger LOG = LoggerFactory.getLogger(PingCommand.class);

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many pings. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--interval",
      paramLabel = "MS",
      defaultValue = "1000",
      description = "Milliseconds from one ping to the next. Default: ${DEFAULT-VALUE}.")
  private long intervalMillis;

  private final SecureRandom random = new SecureRandom();
  private final Latencies roundTrips = new Latencies();

  PingCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  void checkOptions() {
    if (count < 1) {
      throw usage("--count: " + count + " < 1");
    }
    if (intervalMillis < 0) {
      throw usage("--interval: " + intervalMillis + " < 0");
    }
  }

  @Override
  int run(Host host) throws Exception {
    Connection connection = connect(host);
    say(
        "ping "
            + connection.remotePeer()
            + " at "
            + connection.remoteAddress()
            + " over "
            + connection.transport()
            + " "
            + connection.security()
            + " "
            + connection.muxer());
    CompletableFuture<Void> stop = terminal().stop().requested();
    var session = new Sessions(connection);
    int sent = 0;
    int lost = 0;
    long startNanos = System.nanoTime();
    while (sent < count && !isStopped(stop, startNanos + sent * intervalNanos())) {
      sent++;
      try {
        long nanos = session.ping().toNanos();
        roundTrips.add(nanos);
        say("seq=" + sent + " time=" + Latencies.format(nanos));
      } catch (TimeoutException late) {
        lost++;
        session.drop();
        say("seq=" + sent + " lost: no answer within " + timeout().toMillis() + " ms");
      }
    }
    session.close();
    print(
        sent + " pings, " + lost + " lost, " + roundTrips.describe(),
        roundTrips
            .putInto(JsonLine.of().put("peer", peer().id().toString()))
            .put("lost", lost)
            .put("transport", connection.transport())
            .put("security", connection.security())
            .put("muxer", connection.muxer()));
    return lost == 0 ? CommandStatus.OK : CommandStatus.FAILED;
  }

  private long intervalNanos() {
    return TimeUnit.MILLISECONDS.toNanos(intervalMillis);
  }

  /** Waits until the next ping is due; true when the command should end instead. */
  private static boolean isStopped(CompletableFuture<Void> stop, long dueNanos) throws Exception {
    long waitNanos = dueNanos - System.nanoTime();
    if (waitNanos <= 0) {
      return stop.isDone();
    }
    try {
      stop.get(waitNanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException due) {
      return false;
    }
  }

  /**
   * Pings on one stream, and on a fresh one when the remote has ended it: some end old ones. Over
   * QUIC on a fresh one each time: rust-libp2p answers only the first ping of a stream there.
   */
  private final class Sessions implements AutoCloseable {
    private final Connection connection;
    private Ping.@Nullable PingSession open;
    private boolean hasAnswered;

    Sessions(Connection connection) {
      this.connection = connection;
    }

    Duration ping() throws Exception {
      if (open != null && hasAnswered) {
        try {
          return await(open.ping());
        } catch (TimeoutException late) {
          throw late;
        } catch (Exception ended) {
          LOG.debug("ping stream ended reason={}", ended.getMessage());
          drop();
        }
      }
      PingConfig config = new PingConfig(timeout(), PingConfig.DEFAULT.maxInboundPerPeer());
      Ping.PingSession fresh = await(Ping.open(connection, config, random, System::nanoTime));
      open = fresh;
      Duration roundTrip = await(fresh.ping());
      hasAnswered = true;
      if (connection.transport().equals(Protocol.QUIC_V1.text())) {
        drop();
      }
      return roundTrip;
    }

    void drop() {
      if (open != null) {
        open.close();
      }
      open = null;
      hasAnswered = false;
    }

    @Override
    public void close() {
      drop();
    }
  }
}
