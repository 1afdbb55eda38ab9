package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.Implementation;
import io.ethpeerflow.interop.peer.Installation;
import io.ethpeerflow.interop.peer.RedisServer;
import io.ethpeerflow.interop.unified.UnifiedPeer;
import io.ethpeerflow.testkit.process.ChildProcess;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@link UnifiedPeer} against the programs of go and rust that obey the same public contracts: only
 * environment variables and Redis lie between the two.
 */
class UnifiedInteropTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Set<Implementation> PROGRAMS =
      EnumSet.of(Implementation.GO, Implementation.RUST);
  private static final String NUMBER = "\\d+\\.\\d+";
  private static final String LIST = "\\[(" + NUMBER + "(, " + NUMBER + ")*)?]";
  private static final AtomicInteger MEETINGS = new AtomicInteger();
  private static final Contract TRANSPORT =
      new Contract(
          Map.of(),
          List.of(
              "latency:",
              "  handshake_plus_one_rtt: " + NUMBER,
              "  ping_rtt: " + NUMBER,
              "  unit: ms"));
  private static final Contract PERF =
      new Contract(
          Map.of(
              "UPLOAD_BYTES", "8388608",
              "DOWNLOAD_BYTES", "8388608",
              "UPLOAD_ITERATIONS", "5",
              "DOWNLOAD_ITERATIONS", "null",
              "LATENCY_ITERATIONS", "30",
              "DURATION", "20"),
          Stream.of(
                  section("upload", 5, "Gbps"),
                  section("download", 10, "Gbps"),
                  section("latency", 30, "ms"))
              .flatMap(List::stream)
              .toList());

  @RegisterExtension static final Lab LAB = new Lab();

  private static RedisServer redis;

  /**
   * One of the public contracts.
   *
   * @param environment what its dialer is told beyond what all are told
   * @param report a pattern for each line that the dialer must print
   */
  private record Contract(Map<String, String> environment, List<String> report) {}

  private static List<String> section(String name, int iterations, String unit) {
    return List.of(
        name + ":",
        "  iterations: " + iterations,
        "  min: " + NUMBER,
        "  q1: " + NUMBER,
        "  median: " + NUMBER,
        "  q3: " + NUMBER,
        "  max: " + NUMBER,
        "  outliers: " + LIST,
        "  samples: " + LIST,
        "  unit: " + unit);
  }

  @BeforeAll
  static void startRedis() {
    try {
      redis = RedisServer.start();
    } catch (UncheckedIOException missing) {
      throw Lab.cannotRun("unified testing needs redis-server: " + missing.getMessage());
    }
  }

  @AfterAll
  static void stopRedis() {
    if (redis != null) {
      redis.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> theTransportContractIsKeptInBothRoles() {
    return LAB.tests(
        "unified testing: transport",
        PROGRAMS,
        Stack.ALL,
        (implementation, direction, stack) -> check(TRANSPORT, implementation, direction, stack));
  }

  @TestFactory
  Stream<DynamicTest> thePerfContractIsKeptInBothRoles() {
    return LAB.tests(
        "unified testing: perf",
        PROGRAMS,
        Stack.ALL,
        (implementation, direction, stack) -> check(PERF, implementation, direction, stack));
  }

  @Test
  void bothRolesKeepTheContractsWithEachOther() {
    check(TRANSPORT, ours(), ours(), Stack.TCP_TLS);
    check(PERF, ours(), ours(), Stack.TCP_NOISE);
  }

  @Test
  void whatWeDoNotHaveIsRefusedAndNamed() {
    Map<String, String> environment = environment(Stack.TCP_NOISE, "refused");
    environment.put("IS_DIALER", "false");
    environment.put("TRANSPORT", "webtransport");
    try (ChildProcess refusing = start("ours", ours(), environment)) {
      assertThat(refusing.exitCode(LIMIT)).isEqualTo(2);
      assertThat(refusing.errorTail()).contains("TRANSPORT=webtransport");
    }
  }

  private static void check(
      Contract contract, Implementation implementation, Direction direction, Stack stack) {
    List<String> theirs =
        List.of(
            Installation.module()
                .resolve(Path.of("peers", implementation.id(), "peer"))
                .toString());
    if (direction == Direction.OUTBOUND) {
      check(contract, ours(), theirs, stack);
    } else {
      check(contract, theirs, ours(), stack);
    }
  }

  private static void check(
      Contract contract, List<String> dialer, List<String> listener, Stack stack) {
    Map<String, String> environment =
        environment(stack, String.format(Locale.ROOT, "%08x", MEETINGS.incrementAndGet()));
    environment.put("IS_DIALER", "false");
    try (ChildProcess listening = start("listener", listener, environment)) {
      environment.put("IS_DIALER", "true");
      environment.putAll(contract.environment());
      try (ChildProcess dialing = start("dialer", dialer, environment)) {
        for (String pattern : contract.report()) {
          assertThat(dialing.line(LIMIT)).matches(pattern);
        }
        assertThat(dialing.exitCode(LIMIT)).isZero();
        assertThatThrownBy(() -> dialing.line(LIMIT)).hasMessageContaining("ended its output");
      }
      assertThat(listening.isAlive()).isTrue();
      listening.terminate();
      listening.exitCode(LIMIT);
      assertThatThrownBy(() -> listening.line(LIMIT)).hasMessageContaining("ended its output");
    }
  }

  private static Map<String, String> environment(Stack stack, String testKey) {
    var environment = new HashMap<>(stack.environment());
    environment.putAll(
        Map.of(
            "REDIS_ADDR",
            redis.address(),
            "TEST_KEY",
            testKey,
            "LISTENER_IP",
            "0.0.0.0",
            "DEBUG",
            "true"));
    return environment;
  }

  private static ChildProcess start(
      String name, List<String> command, Map<String, String> environment) {
    return ChildProcess.start(name, command, null, environment);
  }

  private static List<String> ours() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(UnifiedPeer.class.getName());
    return command;
  }
}
