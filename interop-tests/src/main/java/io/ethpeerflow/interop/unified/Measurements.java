package io.ethpeerflow.interop.unified;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.perf.PerfClient;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/** What a dialer measures, as the YAML that it prints. */
final class Measurements {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration TRANSFER_LIMIT = Duration.ofMinutes(5);
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BITS_PER_GIGABIT = 1e9;
  private static final int LATENCY_DECIMALS = 3;
  private static final int THROUGHPUT_DECIMALS = 2;

  private final Host host;
  private final AddrInfo listener;

  Measurements(Host host, AddrInfo listener) {
    this.host = host;
    this.listener = listener;
  }

  /** The transport contract: dial, handshake and first ping; then one more ping. */
  String transport() {
    long startNanos = System.nanoTime();
    Connection connection = dial();
    ping(connection);
    double handshakeMillis = (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
    double pingMillis = ping(connection).toNanos() / NANOS_PER_MILLI;
    return "latency:\n  handshake_plus_one_rtt: %s\n  ping_rtt: %s\n  unit: ms\n"
        .formatted(
            Samples.text(LATENCY_DECIMALS, handshakeMillis),
            Samples.text(LATENCY_DECIMALS, pingMillis));
  }

  /** One ping on a stream of its own: over QUIC rust-libp2p answers no second one on a stream. */
  private static Duration ping(Connection connection) {
    try (var pings =
        result(
            LIMIT,
            Ping.open(connection, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime))) {
      return result(LIMIT, pings.ping());
    }
  }

  /** The perf contract: uploads, then downloads, then exchanges of a byte. */
  String perf(Settings.Perf perf) {
    Connection connection = dial();
    long up = perf.uploadBytes();
    long down = perf.downloadBytes();
    return section(
            "upload",
            "Gbps",
            THROUGHPUT_DECIMALS,
            perf.uploadIterations(),
            () -> gigabits(up) / (nanos(connection, up, 0) / NANOS_PER_SECOND))
        + section(
            "download",
            "Gbps",
            THROUGHPUT_DECIMALS,
            perf.downloadIterations(),
            () -> gigabits(down) / (nanos(connection, 0, down) / NANOS_PER_SECOND))
        + section(
            "latency",
            "ms",
            LATENCY_DECIMALS,
            perf.latencyIterations(),
            () -> nanos(connection, 1, 1) / NANOS_PER_MILLI);
  }

  private static String section(
      String name, String unit, int decimals, int iterations, DoubleSupplier measurement) {
    if (iterations == 0) {
      return "";
    }
    double[] figures = DoubleStream.generate(measurement).limit(iterations).toArray();
    return new Samples(figures).section(name, unit, decimals);
  }

  private static double gigabits(long bytes) {
    return (double) bytes * Byte.SIZE / BITS_PER_GIGABIT;
  }

  /** One exchange on a stream of its own, from its opening to its end. */
  private static double nanos(Connection connection, long uploadBytes, long downloadBytes) {
    long startNanos = System.nanoTime();
    result(
        TRANSFER_LIMIT,
        new PerfClient(System::nanoTime).transfer(connection, uploadBytes, downloadBytes));
    return System.nanoTime() - startNanos;
  }

  private Connection dial() {
    return result(LIMIT, host.connect(listener));
  }

  private static <T> T result(Duration limit, CompletableFuture<T> future) {
    return future.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
