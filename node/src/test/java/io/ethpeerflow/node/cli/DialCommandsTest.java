package io.ethpeerflow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.node.config.SecurityChoice;
import io.ethpeerflow.node.config.SecuritySet;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Every dialing command against a real host over loopback TCP. */
final class DialCommandsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final SecuritySet SECURITIES =
      new SecuritySet(List.of(SecurityChoice.NOISE, SecurityChoice.TLS));

  private static Host server;
  private static String address;

  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void startServer() {
    server =
        Await.done(
            LIMIT,
            Libp2p.host().security(SECURITIES.protocols()).listen("/ip4/127.0.0.1/tcp/0").start());
    Echo.serve(server);
    Perf.serve(server);
    address = server.addrInfo().fullAddresses().get(0).toString();
  }

  @AfterAll
  static void stopServer() {
    server.close();
    SECURITIES.close();
  }

  private JsonNode json(String... arguments) {
    assertThat(terminal.run(arguments)).as(() -> terminal.out() + terminal.err()).isZero();
    return terminal.json();
  }

  private String text(String... arguments) {
    assertThat(terminal.run(arguments)).as(() -> terminal.out() + terminal.err()).isZero();
    return terminal.out();
  }

  @ParameterizedTest
  @CsvSource({"noise, /noise", "tls, /tls/1.0.0"})
  void pingSumsUpTheRoundTrips(String choice, String security) {
    JsonNode result =
        json("ping", address, "--count", "20", "--interval", "0", "--json", "--security", choice);

    assertThat(result.get("count").asInt()).isEqualTo(20);
    assertThat(result.get("lost").asInt()).isZero();
    assertThat(result.get("p50Micros").asDouble()).isPositive();
    assertThat(result.get("p99Micros").asDouble())
        .isGreaterThanOrEqualTo(result.get("p50Micros").asDouble());
    assertThat(result.get("security").asString()).isEqualTo(security);
    assertThat(result.get("muxer").asString()).isEqualTo("/yamux/1.0.0");
  }

  @Test
  void pingShowsEachRoundTripToPeople() {
    assertThat(text("ping", address, "--count", "3", "--interval", "1"))
        .contains("seq=1 time=", "seq=3 time=", "3 pings, 0 lost, p50 ");
  }

  @Test
  void pingGoesOverQuicToAQuicAddress() {
    try (Host quic =
        Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/udp/0/quic-v1").start())) {
      JsonNode result =
          json(
              "ping",
              quic.addrInfo().fullAddresses().get(0).toString(),
              "--count",
              "3",
              "--interval",
              "0",
              "--json");
      assertThat(result.get("count").asInt()).isEqualTo(3);
      assertThat(result.get("transport").asString()).isEqualTo("quic-v1");
    }
  }

  @Test
  void pingEndsEarlyWithItsSumWhenItIsStopped() {
    var status = terminal.start("ping", address, "--count", "100", "--interval", "60000");
    Await.until("the first round trip", LIMIT, () -> terminal.out().contains("seq=1 "));
    terminal.stop();

    assertThat(Await.done(LIMIT, status)).isZero();
    assertThat(terminal.out()).contains("1 pings, 0 lost");
  }

  @Test
  void identifyTellsWhoThePeerIs() {
    JsonNode result = json("identify", address, "--json");

    assertThat(result.get("peer").asString()).isEqualTo(server.id().toString());
    assertThat(result.get("agentVersion").asString()).startsWith("eth-peerflow/");
    assertThat(result.get("protocols").valueStream().map(JsonNode::asString))
        .contains("/ipfs/ping/1.0.0", "/ipfs/id/1.0.0", "/echo/1.0.0", "/perf/1.0.0");
    assertThat(address).startsWith(result.get("listenAddrs").get(0).asString());
    assertThat(result.get("observedAddr").asString()).startsWith("/ip4/127.0.0.1/tcp/");
  }

  @Test
  void identifyTellsPeopleToo() {
    assertThat(text("identify", address))
        .contains("peer       " + server.id(), "serves     /echo/1.0.0", "sees us at /ip4/127");
  }

  @Test
  void perfMovesTheAmountsThatWereAskedFor() {
    JsonNode result =
        json(
            "perf",
            address,
            "--upload",
            "3MiB",
            "--download",
            "1000001",
            "--streams",
            "3",
            "--json");

    assertThat(result.get("uploadBytes").asLong()).isEqualTo(3 << 20);
    assertThat(result.get("downloadBytes").asLong()).isEqualTo(1_000_001);
    assertThat(result.get("uploadSeconds").asDouble()).isPositive();
    assertThat(result.get("downloadSeconds").asDouble()).isPositive();
  }

  @Test
  void perfDoesOneWayOnly() {
    JsonNode result = json("perf", address, "--download", "64KiB", "--json");

    assertThat(result.get("uploadBytes").asLong()).isZero();
    assertThat(result.get("uploadSeconds").asDouble()).isZero();
    assertThat(result.get("downloadBytes").asLong()).isEqualTo(64 << 10);
  }

  @Test
  void perfRunsForATimeAndShowsABarOnATerminal() {
    var screen = new CapturedTerminal(true, java.util.Map.of());
    assertThat(screen.run("perf", address, "--duration", "0.4", "--streams", "2")).isZero();
    assertThat(screen.out()).containsPattern("up   .* Gbit/s").containsPattern("down .* Gbit/s");
    assertThat(screen.err()).contains("up [").contains("down [").endsWith("\r\033[K");
  }

  @Test
  void perfShowsNoBarWithoutATerminal() {
    assertThat(text("perf", address, "--duration", "0.3")).doesNotContain("\033");
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void dialsCountsConnections() {
    JsonNode result = json("dials", address, "--count", "25", "--json");

    assertRates(result, 25);
    Await.until("all are closed", LIMIT, () -> server.connections().isEmpty());
  }

  @Test
  void streamsCountsStreams() {
    assertRates(json("streams", address, "--count", "300", "--concurrency", "64", "--json"), 300);
  }

  private static void assertRates(JsonNode result, int count) {
    assertThat(result.get("count").asInt()).isEqualTo(count);
    assertThat(result.get("seconds").asDouble()).isPositive();
    assertThat(result.get("perSecond").asDouble()).isPositive();
    assertThat(result.get("p50Micros").asDouble()).isPositive();
    assertThat(result.get("p99Micros").asDouble())
        .isGreaterThanOrEqualTo(result.get("p50Micros").asDouble());
  }

  @Test
  void ratesAreTextForPeople() {
    assertThat(text("dials", address, "--count", "2")).contains("2 dials in ", "p99 ");
    assertThat(text("streams", address, "--count", "2")).contains("2 streams, 1 at a time, in ");
  }

  @Test
  void aPeerWithoutTheProtocolIsAFailureThatNamesIt() throws Exception {
    try (Host plain = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start())) {
      String plainAddress = plain.addrInfo().fullAddresses().get(0).toString();
      assertThat(terminal.run("streams", plainAddress, "--count", "3")).isEqualTo(1);
      assertThat(terminal.err()).contains("/echo/1.0.0");
    }
  }

  @Test
  void aPeerThatNeverAnswersIsAFailureAfterTheTimeout() {
    try (Host deaf = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start())) {
      deaf.handle(Echo.PROTOCOL, stream -> {});
      String deafAddress = deaf.addrInfo().fullAddresses().get(0).toString();
      assertThat(terminal.run("streams", deafAddress, "--timeout", "0.2")).isEqualTo(1);
      assertThat(terminal.err()).contains("no answer from " + deaf.id() + " within 0.2 s");
    }
  }

  @Test
  void anEchoThatDiffersIsAFailure() {
    try (Host liar = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start())) {
      liar.handle(
          Echo.PROTOCOL,
          stream -> {
            stream.write(io.netty.buffer.Unpooled.wrappedBuffer(new byte[32]));
            stream.stopReading(StreamErrorCode.NO_ERROR);
          });
      String liarAddress = liar.addrInfo().fullAddresses().get(0).toString();
      assertThat(terminal.run("dials", liarAddress, "--count", "1")).isEqualTo(1);
      assertThat(terminal.err()).contains("the echo differs");
    }
  }

  @Test
  void anotherPeerAtTheAddressIsAFailure() {
    String stranger =
        address.replaceAll("/p2p/.*", "/p2p/12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5");
    assertThat(terminal.run("ping", stranger)).isEqualTo(1);
    assertThat(terminal.err()).contains("12D3KooWGC6");
  }
}
