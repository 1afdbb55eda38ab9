package io.ethpeerflow.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.event.HostEvent.ConnectionOpened;
import io.ethpeerflow.wire.peer.PeerId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract between two peers of ours. */
class CommandsTest {
  private PeerHost listener = PeerHost.start(PeerOptions.parse("--listen", "/ip4/127.0.0.1/tcp/0"));
  private PeerHost dialer = PeerHost.start(PeerOptions.parse());
  private Commands commands = new Commands(dialer);
  private String addr = "";

  @BeforeEach
  void findTheListener() {
    addr = listener.fullAddresses().get(0);
  }

  @AfterEach
  void stop() {
    commands.close();
    dialer.close();
    listener.close();
  }

  private Map<String, @Nullable Object> ask(String command, String fields) {
    return commands.answer(
        "{\"id\": 7, \"command\": \"" + command + "\", \"addr\": \"" + addr + "\"" + fields + "}");
  }

  @Test
  void repeatsTheIdAndSaysWhatWentWrong() {
    Map<String, @Nullable Object> answer = ask("nonsense", "");

    assertThat(String.valueOf(answer.get("id"))).isEqualTo("7");
    assertThat(answer)
        .containsEntry("ok", false)
        .containsEntry("error", "unsupported: unknown command nonsense");
    assertThat(ask("ping", "")).containsEntry("error", "count is missing");
    assertThat(commands.answer("no json")).containsEntry("ok", false);
  }

  @Test
  void tellsWhoAnsweredAndOverWhat() {
    assertThat(ask("connect", ""))
        .containsEntry("peer", listener.host().id().toString())
        .containsEntry("security", "/noise")
        .containsEntry("muxer", "/yamux/1.0.0");
    assertThat(ask("identify", "")).containsEntry("agentVersion", "eth-peerflow/0.1.0");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 100_000})
  void echoesEveryByte(long bytes) {
    Map<String, @Nullable Object> answer = ask("echo", ", \"bytes\": " + bytes);

    assertThat(answer).containsEntry("bytes", bytes);
    assertThat(answer.get("sha256Received")).isEqualTo(answer.get("sha256Sent"));
  }

  @Test
  void countsEveryRoundTripThatItWasAskedFor() {
    assertThat(ask("ping", ", \"count\": 20")).containsEntry("count", 20L);
    assertThat(ask("streams", ", \"count\": 40, \"concurrency\": 8")).containsEntry("count", 40L);
    assertThat(ask("dials", ", \"count\": 3")).containsEntry("count", 3L);
    assertThat(ask("dials", ", \"count\": 0")).containsEntry("count", 0L);
  }

  @Test
  void movesExactlyTheBytesThatItWasAskedFor() {
    assertThat(ask("perf", ", \"upload\": 300000, \"download\": 700000, \"streams\": 2"))
        .containsEntry("uploadBytes", 600_000L)
        .containsEntry("downloadBytes", 1_400_000L);
  }

  @Test
  void leavesOutTheDirectionOfATimedTransferThatIsZero() {
    Map<String, @Nullable Object> answer = ask("perf", ", \"seconds\": 0.1, \"download\": 0");

    assertThat((Long) answer.get("uploadBytes")).isPositive();
    assertThat(answer).containsEntry("downloadBytes", 0L);
  }

  @Test
  void countsOnlyStreamsThatTheRemoteAccepts() {
    assertThat(ask("open", ", \"protocol\": \"/echo/1.0.0\", \"streams\": 5"))
        .containsEntry("opened", 5);
    assertThat(ask("open", ", \"protocol\": \"/none\", \"streams\": 5"))
        .containsEntry("opened", 0)
        .containsKey("failure");
  }

  @Test
  void reportsHalfCloseAndReset() {
    assertThat(ask("halfclose", ", \"bytes\": 100000")).containsEntry("answer", "100000");
    assertThat(ask("reset", "")).containsEntry("reset", true);
    assertThat(ask("sendreset", "")).containsEntry("ok", true);
  }

  @Test
  void keepsIdleConnectionsOfOtherIdentities() throws InterruptedException {
    var arrivals = new CountDownLatch(2);
    Set<PeerId> identities = ConcurrentHashMap.newKeySet();
    listener
        .host()
        .on(
            ConnectionOpened.class,
            event -> {
              identities.add(event.connection().remotePeer());
              arrivals.countDown();
            });

    assertThat(ask("idle", ", \"count\": 2")).containsEntry("opened", 2);

    assertThat(arrivals.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(identities).hasSize(2).doesNotContain(dialer.host().id());
    assertThat(listener.host().connections()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tellsWhatItUses(boolean collect) {
    Map<String, @Nullable Object> answer = ask("usage", ", \"collect\": " + collect);

    assertThat(answer)
        .extractingByKeys("rssBytes", "heapUsedBytes", "heapCommittedBytes", "directBytes")
        .allSatisfy(bytes -> assertThat((Long) bytes).isPositive());
  }

  @Test
  void saysWhoItIsBeforeItAnswersAnything() throws IOException {
    var out = new ByteArrayOutputStream();
    var in = "\n{\"id\": 1, \"command\": \"usage\"}\n".getBytes(StandardCharsets.UTF_8);

    OurPeer.serve(
        listener, new ByteArrayInputStream(in), new PrintStream(out, true, StandardCharsets.UTF_8));

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).contains(addr);
              assertThat(lines.get(1)).contains("\"ok\":true").contains("rssBytes");
            });
  }
}
