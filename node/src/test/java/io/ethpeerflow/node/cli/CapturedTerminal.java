package io.ethpeerflow.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ethpeerflow.testkit.await.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs command lines in this process and keeps what they print. */
final class CapturedTerminal {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final StopSignal stop = new StopSignal();
  private final Terminal terminal;

  CapturedTerminal() {
    this(false, Map.of());
  }

  CapturedTerminal(boolean interactive, Map<String, String> variables) {
    this(interactive, variables, "");
  }

  CapturedTerminal(String input) {
    this(false, Map.of(), input);
  }

  private CapturedTerminal(boolean interactive, Map<String, String> variables, String input) {
    terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            interactive,
            variables,
            stop);
  }

  int run(String... arguments) {
    return Commands.run(terminal, arguments);
  }

  /** Runs a command that ends when {@link #stop} is called. */
  CompletableFuture<Integer> start(String... arguments) {
    var status = new CompletableFuture<Integer>();
    Thread.ofVirtual().start(() -> status.complete(run(arguments)));
    return status;
  }

  void stop() {
    stop.request();
  }

  String out() {
    return out.toString(UTF_8);
  }

  String err() {
    return err.toString(UTF_8);
  }

  /** The only line of the output, parsed. */
  JsonNode json() {
    List<String> lines = out().lines().toList();
    if (lines.size() != 1) {
      throw new AssertionError("not one line of output: " + lines + "; errors: " + err());
    }
    return JSON.readTree(lines.get(0));
  }

  /** Waits for the first line of the output and parses it. */
  JsonNode firstJson() {
    Await.until("a line of output", LIMIT, () -> out().contains("\n"));
    return JSON.readTree(out().lines().findFirst().orElseThrow());
  }
}
