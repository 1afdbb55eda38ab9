package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Host;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Connections a second. */
@Command(
    name = "dials",
    description = {
      "Measures connections, one after another.",
      "Each connects, sends 32 bytes there and back on an echo stream, and closes. The peer must"
          + " serve /echo/1.0.0."
    })
final class DialsCommand extends DialCommand {
  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many connections. Default: ${DEFAULT-VALUE}.")
  private int count;

  DialsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  void checkOptions() {
    if (count < 1) {
      throw usage("--count: " + count + " < 1");
    }
  }

  @Override
  int run(Host host) throws Exception {
    var latencies = new Latencies();
    long startNanos = System.nanoTime();
    try (var progress = ProgressBar.on(this, "dials")) {
      for (int i = 0; i < count; i++) {
        long oneNanos = System.nanoTime();
        Connection connection = connectAnew(host);
        await(EchoRoundTrip.on(connection));
        connection.close(ConnectionErrorCode.NO_ERROR);
        await(connection.closed());
        latencies.add(System.nanoTime() - oneNanos);
        progress.show((i + 1.0) / count, (i + 1) + "/" + count);
      }
    }
    long elapsedNanos = System.nanoTime() - startNanos;
    print(
        String.format(
            Locale.ROOT,
            "%d dials in %s, %.1f a second, %s",
            count,
            Latencies.format(elapsedNanos),
            latencies.perSecond(elapsedNanos),
            latencies.describe()),
        latencies.putInto(JsonLine.of(), elapsedNanos));
    return CommandStatus.OK;
  }
}
