package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.host.perf.PerfClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The perf command: all streams upload, then all download, each phase timed by itself.
 *
 * @param streams how many at once
 * @param uploadBytes bytes per stream; {@link #ENDLESS} with a duration
 * @param downloadBytes the same for the other direction
 * @param duration of each phase; null until all bytes are through
 */
record BulkTransfer(
    int streams, long uploadBytes, long downloadBytes, @Nullable Duration duration) {
  private static final long ENDLESS = Long.MAX_VALUE;
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(10);

  static BulkTransfer of(Command command) {
    JsonNode seconds = command.optional("seconds");
    Duration duration =
        seconds == null || seconds.asDouble() <= 0
            ? null
            : Duration.ofNanos((long) (seconds.asDouble() * 1e9));
    return new BulkTransfer(
        command.countOrOne("streams"),
        wantedBytes(command.optional("upload"), duration),
        wantedBytes(command.optional("download"), duration),
        duration);
  }

  private static long wantedBytes(@Nullable JsonNode asked, @Nullable Duration duration) {
    if (asked != null && (duration == null || asked.asLong() == 0)) {
      return asked.asLong();
    }
    return duration == null ? 0 : ENDLESS;
  }

  Map<String, Object> run(Connection connection) {
    var client = new PerfClient(System::nanoTime);
    Map<String, Object> found = new LinkedHashMap<>();
    phase(
        found,
        "upload",
        uploadBytes,
        PerfClient.Result::uploadBytes,
        () ->
            duration == null
                ? client.transfer(connection, uploadBytes, 0)
                : client.upload(connection, duration));
    phase(
        found,
        "download",
        downloadBytes,
        PerfClient.Result::downloadBytes,
        () ->
            duration == null
                ? client.transfer(connection, 0, downloadBytes)
                : client.download(connection, duration));
    return found;
  }

  /** Starts one transfer. */
  private interface Start {
    CompletableFuture<PerfClient.Result> start();
  }

  private void phase(
      Map<String, Object> found,
      String name,
      long wantedBytes,
      ToLongFunction<PerfClient.Result> moved,
      Start start) {
    long beginNanos = System.nanoTime();
    long bytes = 0;
    if (wantedBytes != 0) {
      List<CompletableFuture<PerfClient.Result>> transfers = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        transfers.add(start.start());
      }
      for (CompletableFuture<PerfClient.Result> transfer : transfers) {
        bytes += moved.applyAsLong(Waits.result(COMMAND_LIMIT, transfer));
      }
    }
    found.put(name + "Bytes", bytes);
    found.put(name + "Seconds", wantedBytes == 0 ? 0.0 : (System.nanoTime() - beginNanos) / 1e9);
  }
}
