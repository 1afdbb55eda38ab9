package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Streams a second. */
@Command(
    name = "streams",
    description = {
      "Measures streams on one connection.",
      "Each is opened, carries 32 bytes there and back, and is closed. The peer must serve"
          + " /echo/1.0.0."
    })
final class StreamsCommand extends DialCommand {
  /** As many as a connection may have towards peers that count strictly. */
  private static final int MAX_CONCURRENCY = 512;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many streams. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--concurrency",
      paramLabel = "C",
      defaultValue = "1",
      description = "How many at a time, 1 to 512. Default: ${DEFAULT-VALUE}.")
  private int concurrency;

  StreamsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  void checkOptions() {
    if (count < 1) {
      throw usage("--count: " + count + " < 1");
    }
    if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
      throw usage("--concurrency: " + concurrency + " is not 1 to " + MAX_CONCURRENCY);
    }
  }

  @Override
  int run(Host host) throws Exception {
    var run = new Run(connect(host));
    long startNanos = System.nanoTime();
    try (var progress = ProgressBar.on(this, "streams")) {
      run.start();
      awaitWhileMoving(
          run.done,
          run.finished::get,
          () -> progress.show((double) run.finished.get() / count, run.finished + "/" + count));
    }
    long elapsedNanos = System.nanoTime() - startNanos;
    print(
        String.format(
            Locale.ROOT,
            "%d streams, %d at a time, in %s, %.1f a second, %s",
            count,
            concurrency,
            Latencies.format(elapsedNanos),
            run.latencies.perSecond(elapsedNanos),
            run.latencies.describe()),
        run.latencies.putInto(JsonLine.of(), elapsedNanos).put("concurrency", concurrency));
    return CommandStatus.OK;
  }

  /** Each stream that ends begins the next one, on the connection's loop. */
  private final class Run {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    final Latencies latencies = new Latencies();
    final AtomicLong finished = new AtomicLong();
    private final AtomicInteger started = new AtomicInteger();
    private final Connection connection;

    Run(Connection connection) {
      this.connection = connection;
    }

    void start() {
      for (int i = 0; i < concurrency; i++) {
        next();
      }
    }

    private void next() {
      if (started.getAndIncrement() >= count || done.isDone()) {
        return;
      }
      long startNanos = System.nanoTime();
      EchoRoundTrip.on(connection)
          .whenComplete(
              (none, failure) -> {
                if (failure == null) {
                  onFinished(System.nanoTime() - startNanos);
                } else {
                  done.completeExceptionally(Failures.unwrap(failure));
                }
              });
    }

    private void onFinished(long nanos) {
      latencies.add(nanos);
      if (finished.incrementAndGet() == count) {
        done.complete(null);
      } else {
        next();
      }
    }
  }
}
