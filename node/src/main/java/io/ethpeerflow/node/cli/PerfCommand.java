package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.host.perf.PerfClient;
import io.ethpeerflow.node.config.ByteCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Throughput. */
@Command(
    name = "perf",
    description = {
      "Measures throughput, up and then down.",
      "The peer must serve /perf/1.0.0. BYTES may have a unit: KiB, MiB, GiB."
    })
final class PerfCommand extends DialCommand {
  private static final double DEFAULT_SECONDS = 5;
  private static final double MAX_SECONDS = 24 * 3600;
  private static final int MAX_STREAMS = 512;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BITS_PER_GIGABIT = 1e9;

  @Option(
      names = "--upload",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      description = "Uploads so much, all streams together.")
  private @Nullable Long uploadBytes;

  @Option(
      names = "--download",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      description = "Downloads so much, all streams together.")
  private @Nullable Long downloadBytes;

  @Option(
      names = "--duration",
      paramLabel = "S",
      description = "Seconds each way, instead of amounts. Default without amounts: 5.")
  private @Nullable Double durationSeconds;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many streams at once, 1 to 512. Default: ${DEFAULT-VALUE}.")
  private int streams;

  PerfCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  void checkOptions() {
    if (durationSeconds != null && (uploadBytes != null || downloadBytes != null)) {
      throw usage("--duration: not together with --upload or --download");
    }
    if (durationSeconds != null && (!(durationSeconds > 0) || durationSeconds > MAX_SECONDS)) {
      throw usage("--duration: " + durationSeconds + " is not over 0 and up to a day");
    }
    if (streams < 1 || streams > MAX_STREAMS) {
      throw usage("--streams: " + streams + " is not 1 to " + MAX_STREAMS);
    }
  }

  /** One way, as it was measured. */
  private record Measured(long bytes, long nanos) {
    static final Measured NOTHING = new Measured(0, 0);

    double seconds() {
      return nanos / NANOS_PER_SECOND;
    }

    String describe(String name) {
      return String.format(
          Locale.ROOT,
          "%s %s in %.3f s, %.3f Gbit/s",
          name,
          ByteCount.format(bytes),
          seconds(),
          nanos == 0 ? 0 : bytes * 8 / BITS_PER_GIGABIT / seconds());
    }
  }

  @Override
  int run(Host host) throws Exception {
    Connection connection = connect(host);
    Measured up;
    Measured down;
    if (uploadBytes == null && downloadBytes == null) {
      double seconds = durationSeconds == null ? DEFAULT_SECONDS : durationSeconds;
      Duration time = Duration.ofNanos((long) (seconds * NANOS_PER_SECOND));
      up = measureFor("up", time, client -> client.upload(connection, time));
      down = measureFor("down", time, client -> client.download(connection, time));
    } else {
      up = measureAmount("up", uploadBytes, connection, true);
      down = measureAmount("down", downloadBytes, connection, false);
    }
    say(up.describe("up  "));
    print(
        down.describe("down"),
        JsonLine.of()
            .put("uploadBytes", up.bytes)
            .put("uploadSeconds", up.seconds())
            .put("downloadBytes", down.bytes)
            .put("downloadSeconds", down.seconds())
            .put("streams", streams)
            .put("security", connection.security())
            .put("muxer", connection.muxer()));
    return CommandStatus.OK;
  }

  /** Starts one transfer. */
  private interface Starter {
    CompletableFuture<PerfClient.Result> start(PerfClient client);
  }

  private Measured measureFor(String label, Duration time, Starter starter) throws Exception {
    long startNanos = System.nanoTime();
    return measure(
        label,
        index -> starter,
        bytes -> (double) (System.nanoTime() - startNanos) / time.toNanos());
  }

  private Measured measureAmount(
      String label, @Nullable Long wanted, Connection connection, boolean upload) throws Exception {
    if (wanted == null || wanted == 0) {
      return Measured.NOTHING;
    }
    long all = wanted;
    return measure(
        label,
        index -> {
          long share = all / streams + (index < all % streams ? 1 : 0);
          return client -> client.transfer(connection, upload ? share : 0, upload ? 0 : share);
        },
        bytes -> (double) bytes / all);
  }

  /** What the transfer with a number does. */
  private interface Shares {
    Starter of(int index);
  }

  /** How much of the whole is done when so many bytes were moved. */
  private interface Fraction {
    double of(long bytes);
  }

  private Measured measure(String label, Shares shares, Fraction fraction) throws Exception {
    var client = new PerfClient(System::nanoTime);
    var transfers = new ArrayList<CompletableFuture<PerfClient.Result>>();
    long startNanos = System.nanoTime();
    for (int i = 0; i < streams; i++) {
      transfers.add(shares.of(i).start(client));
    }
    try (var progress = ProgressBar.on(this, label)) {
      awaitWhileMoving(
          allOrFirstFailure(transfers),
          client::progressBytes,
          () -> {
            long bytes = client.progressBytes();
            progress.show(fraction.of(bytes), ByteCount.format(bytes));
          });
    }
    long elapsedNanos = System.nanoTime() - startNanos;
    long bytes = 0;
    for (CompletableFuture<PerfClient.Result> transfer : transfers) {
      PerfClient.Result result = transfer.join();
      bytes += result.uploadBytes() + result.downloadBytes();
    }
    return new Measured(bytes, elapsedNanos);
  }

  /** Like {@code allOf}, but a failure does not wait for the others. */
  private static CompletableFuture<Void> allOrFirstFailure(
      List<? extends CompletableFuture<?>> futures) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new));
    for (CompletableFuture<?> one : futures) {
      one.whenComplete(
          (result, failure) -> {
            if (failure != null) {
              all.completeExceptionally(Failures.on(Perf.PROTOCOL, failure));
            }
          });
    }
    return all;
  }
}
