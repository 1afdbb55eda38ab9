package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.interop.peer.Installation;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.process.ChildProcess;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code node/Dockerfile} and {@code node/compose.yaml}: three nodes that find each other by name.
 * Where there is no container engine the test is aborted with the reason; with {@code CI=true} it
 * fails.
 */
final class NodeImageTest {
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);
  private static final String LAST_LINES = "40";
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final List<String> NODES = List.of("alpha", "beta", "gamma");
  private static final String PROJECT = "peerflow-node-" + ProcessHandle.current().pid();
  private static final String DOCKER =
      Files.isExecutable(Path.of("/usr/bin/docker")) ? "/usr/bin/docker" : "docker";
  private static List<String> compose = List.of();
  private static boolean imageBuilt;

  private record Outcome(int status, String out, String err) {}

  private static Outcome run(Duration limit, List<String> command) {
    try (ChildProcess process =
        ChildProcess.start(
            "containers", command, null, Map.of("PEERFLOW_IMAGE", "ethpeerflow/node:latest"))) {
      int status = process.exitCode(limit);
      return new Outcome(status, rest(process), process.errorTail());
    }
  }

  private static String rest(ChildProcess process) {
    var text = new StringBuilder();
    try {
      while (true) {
        text.append(process.line(Duration.ofSeconds(1))).append('\n');
      }
    } catch (AssertionError ended) {
      return text.toString();
    }
  }

  private static boolean works(String... command) {
    try {
      return run(LIMIT, List.of(command)).status() == 0;
    } catch (UncheckedIOException missing) {
      return false;
    }
  }

  private static String compose(String... arguments) {
    List<String> command = new ArrayList<>(compose);
    command.addAll(
        List.of(
            "--project-name",
            PROJECT,
            "--file",
            Installation.module().resolveSibling("node").resolve("compose.yaml").toString()));
    command.addAll(List.of(arguments));
    Outcome outcome = run(LIMIT, command);
    assertThat(outcome.status()).as(outcome.toString()).isZero();
    return outcome.out();
  }

  private static Outcome docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of(DOCKER));
    command.addAll(List.of(arguments));
    return run(LIMIT, command);
  }

  @BeforeAll
  static void buildsTheImage() {
    if (works(DOCKER, "compose", "version")) {
      compose = List.of(DOCKER, "compose");
    } else if (works("docker-compose", "version")) {
      compose = List.of("docker-compose");
    } else {
      System.err.println("\n*** the node's image is NOT TESTED: no docker compose\n");
      throw Lab.cannotRun("neither 'docker compose' nor docker-compose can be run");
    }
    String images = Installation.module().resolve("containers/images").toString();
    Outcome built = run(BUILD_LIMIT, List.of(images, "node"));
    if (built.status() != 0) {
      System.err.println("\n*** the node's image is NOT TESTED: " + built.err() + "\n");
      throw Lab.cannotRun("the image of the node cannot be built: " + built.err());
    }
    imageBuilt = true;
  }

  @AfterAll
  static void removesEverything() {
    if (imageBuilt) {
      compose("down", "--volumes", "--timeout", "5");
    }
  }

  @Test
  void threeNodesFindEachOtherByNameAreHealthyAndStopInOrder() {
    compose("up", "--detach");
    Map<String, String> containers = new TreeMap<>();
    for (String node : NODES) {
      containers.put(node, compose("ps", "--quiet", node).strip());
    }
    containers.forEach(
        (node, id) -> {
          Await.until(node + " has its two peers", LIMIT, () -> peers(id) == NODES.size() - 1);
          Await.until(
              node + " is healthy",
              LIMIT,
              () -> inspect("{{.State.Health.Status}}", id).equals("healthy"));
          assertThat(docker("exec", id, "id", "--user").out().strip()).isEqualTo("10001");
        });

    compose("stop", "--timeout", "30");

    containers.forEach(
        (node, id) -> {
          assertThat(inspect("{{.State.ExitCode}}", id))
              .as("%s, which said %s", node, docker("logs", "--tail", LAST_LINES, id).err())
              .isEqualTo("0");
          assertThat(docker("logs", "--tail", "1", id).err()).as(node).contains("\"stopped\"");
        });
  }

  private static int peers(String container) {
    Outcome health = docker("exec", container, "healthy");
    if (health.status() != 0) {
      return 0;
    }
    JsonNode answer = JsonMapper.shared().readTree(health.out());
    return answer.path("peers").asInt(0);
  }

  private static String inspect(String format, String container) {
    return docker("inspect", "--format", format, container).out().strip();
  }
}
