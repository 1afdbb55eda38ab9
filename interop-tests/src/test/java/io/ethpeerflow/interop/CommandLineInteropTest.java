package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.Implementation;
import io.ethpeerflow.interop.peer.Installation;
import io.ethpeerflow.interop.peer.PeerOptions;
import io.ethpeerflow.interop.peer.PeerProgram;
import io.ethpeerflow.testkit.process.ChildProcess;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * What a user types: {@code peerflow ping} and {@code perf} against every other implementation, and
 * their pings and transfers against {@code peerflow listen}, over every stack.
 */
final class CommandLineInteropTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PINGS = 10;
  private static final int BYTES = 4 << 20;
  private static final Map<Stack, ChildProcess> LISTENERS = new EnumMap<>(Stack.class);
  private static final Map<Stack, Multiaddr> ADDRESSES = new EnumMap<>(Stack.class);
  private static final Map<Implementation, PeerProgram> PEERS = new EnumMap<>(Implementation.class);

  @RegisterExtension static final Lab LAB = new Lab();

  /** One command between a peer and ours. */
  @FunctionalInterface
  private interface Exchange {
    void run(PeerProgram peer, Stack stack);
  }

  private static Stream<DynamicTest> tests(String what, Exchange exchange) {
    return Implementation.chosen().stream()
        .flatMap(
            implementation ->
                Stack.chosen().stream()
                    .map(
                        stack ->
                            DynamicTest.dynamicTest(
                                String.join(" ", what, implementation.id(), stack.toString()),
                                () -> exchange.run(peer(implementation), stack))));
  }

  private static PeerProgram peer(Implementation implementation) {
    String missing = Installation.of(implementation).missing();
    if (missing != null) {
      throw Lab.cannotRun(implementation + " cannot be run: " + missing);
    }
    return PEERS.computeIfAbsent(
        implementation, fresh -> LAB.freshPeer(fresh, PeerOptions.DEFAULT));
  }

  /** Where we reach a peer. */
  private static String address(PeerProgram peer, Stack stack) {
    return peer.info(stack.transport()).fullAddresses().get(0).toString();
  }

  /** Where our listener is reached by a peer. */
  private static String listener(PeerProgram peer, Stack stack) {
    Multiaddr address = ADDRESSES.computeIfAbsent(stack, CommandLineInteropTest::listen);
    return address.toString().replaceFirst("^/ip4/[^/]+/", "/ip4/" + peer.ourIp() + "/");
  }

  private static Multiaddr listen(Stack stack) {
    ChildProcess process =
        OurProgram.start(stack.arguments("listen", "--listen", stack.listenAddress(), "--json"));
    LISTENERS.put(stack, process);
    return Multiaddr.of(OurProgram.firstLine(process).get("addrs").get(0).asString());
  }

  @AfterAll
  static void listenersEndInOrder() {
    for (ChildProcess listener : List.copyOf(LISTENERS.values())) {
      try (listener) {
        listener.terminate();
        assertThat(listener.exitCode(LIMIT)).isZero();
      }
    }
    LISTENERS.clear();
    ADDRESSES.clear();
    PEERS.clear();
  }

  @TestFactory
  Stream<DynamicTest> pingReaches() {
    return tests(
        "ping",
        (peer, stack) -> {
          JsonNode result =
              OurProgram.run(
                  stack.arguments(
                      "ping",
                      address(peer, stack),
                      "--count",
                      "" + PINGS,
                      "--interval",
                      "0",
                      "--json"));
          assertThat(result.path("count").asInt()).as(result.toString()).isEqualTo(PINGS);
          assertThat(result.path("lost").asInt()).isZero();
          assertThat(result.path("security").asString()).isEqualTo(stack.security());
        });
  }

  @TestFactory
  Stream<DynamicTest> perfMovesBytesBothWaysWith() {
    return tests(
        "perf",
        (peer, stack) -> {
          JsonNode result =
              OurProgram.run(
                  stack.arguments(
                      "perf",
                      address(peer, stack),
                      "--upload",
                      "" + BYTES,
                      "--download",
                      "" + BYTES,
                      "--json"));
          assertThat(result.path("uploadBytes").asInt()).as(result.toString()).isEqualTo(BYTES);
          assertThat(result.path("downloadBytes").asInt()).isEqualTo(BYTES);
        });
  }

  @TestFactory
  Stream<DynamicTest> listenIsPingedBy() {
    return tests(
        "ping of",
        (peer, stack) -> {
          JsonNode result = peer.ask(LIMIT, "ping", "addr", listener(peer, stack), "count", PINGS);
          assertThat(result.path("count").asInt()).isEqualTo(PINGS);
        });
  }

  @TestFactory
  Stream<DynamicTest> listenServesThePerfOf() {
    return tests(
        "perf of",
        (peer, stack) -> {
          String address = listener(peer, stack);
          JsonNode result =
              peer.ask(
                  LIMIT, "perf", "addr", address, "upload", BYTES, "download", BYTES, "streams", 1);
          assertThat(result.path("uploadBytes").asInt()).isEqualTo(BYTES);
          assertThat(result.path("downloadBytes").asInt()).isEqualTo(BYTES);
        });
  }
}
