package io.ethpeerflow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.await.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class ListenCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final CapturedTerminal listener = new CapturedTerminal();
  private final CapturedTerminal dialer = new CapturedTerminal();

  @Test
  void itsFirstLineSaysWhoAndWhereInTheOrderThatWasAskedFor(@TempDir Path folder) {
    String key = folder.resolve("key").toString();
    assertThat(dialer.run("id", "--key", key)).isZero();
    String peer = dialer.out().strip();

    var status =
        listener.start(
            "listen",
            "--json",
            "--key",
            key,
            "--listen",
            "/ip6/::1/tcp/0",
            "--listen",
            "/ip4/127.0.0.1/tcp/0");
    JsonNode first = listener.firstJson();
    listener.stop();

    assertThat(Await.done(LIMIT, status)).isZero();
    assertThat(first.get("peer").asString()).isEqualTo(peer);
    assertThat(first.get("addrs")).hasSize(2);
    assertThat(first.get("addrs").get(0).asString()).matches("/ip6/::1/tcp/\\d+/p2p/" + peer);
    assertThat(first.get("addrs").get(1).asString()).startsWith("/ip4/127.0.0.1/tcp/");
  }

  @Test
  void itServesPingIdentifyEchoAndPerf() {
    var status = listener.start("listen", "--json", "--listen", "/ip4/127.0.0.1/tcp/0");
    String address = listener.firstJson().get("addrs").get(0).asString();

    assertThat(dialer.run("ping", address, "--count", "1")).isZero();
    assertThat(dialer.run("identify", address)).isZero();
    assertThat(dialer.run("dials", address, "--count", "1")).isZero();
    assertThat(dialer.run("perf", address, "--upload", "1KiB", "--download", "1KiB")).isZero();
    listener.stop();

    assertThat(Await.done(LIMIT, status)).isZero();
  }

  @Test
  void onlyTheSecurityThatWasChosenIsSpoken() {
    var status =
        listener.start(
            "listen", "--json", "--listen", "/ip4/127.0.0.1/tcp/0", "--security", "noise");
    String address = listener.firstJson().get("addrs").get(0).asString();

    assertThat(dialer.run("ping", address, "--count", "1", "--security", "tls")).isEqualTo(1);
    assertThat(dialer.run("ping", address, "--count", "1", "--security", "tls,noise")).isZero();
    listener.stop();

    assertThat(Await.done(LIMIT, status)).isZero();
  }

  @Test
  void anAddressThatIsTakenIsAFailure() {
    var status = listener.start("listen", "--json", "--listen", "/ip4/127.0.0.1/tcp/0");
    String address = listener.firstJson().get("addrs").get(0).asString();
    String taken = address.substring(0, address.indexOf("/p2p/"));

    assertThat(dialer.run("listen", "--listen", taken)).isEqualTo(1);
    assertThat(dialer.err()).contains(taken + " is in use");
    listener.stop();

    assertThat(Await.done(LIMIT, status)).isZero();
  }
}
