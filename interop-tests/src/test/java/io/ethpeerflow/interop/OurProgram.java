package io.ethpeerflow.interop;

import io.ethpeerflow.testkit.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program {@code peerflow} as a process of its own. */
final class OurProgram {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private OurProgram() {}

  /** Starts it with a command. */
  static ChildProcess start(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.ethpeerflow.node.Peerflow");
    command.addAll(List.of(arguments));
    return ChildProcess.start("peerflow", command);
  }

  /** Runs a command to its end, which must be a success. Gives the line that it prints. */
  static JsonNode run(String... arguments) {
    try (ChildProcess process = start(arguments)) {
      JsonNode result = firstLine(process);
      if (process.exitCode(LIMIT) != 0) {
        throw new AssertionError(result + process.errorTail());
      }
      return result;
    }
  }

  /** The next line that a running command prints. */
  static JsonNode firstLine(ChildProcess process) {
    return JSON.readTree(process.line(LIMIT));
  }
}
