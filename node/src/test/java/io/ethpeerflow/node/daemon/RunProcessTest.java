package io.ethpeerflow.node.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.node.Peerflow;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.process.ChildProcess;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program as a process of its own: what signals do to it. */
final class RunProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir private Path folder;

  private ChildProcess start(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Peerflow.class.getName()));
    command.addAll(List.of(arguments));
    return ChildProcess.start(
        "peerflow", command, folder, Map.of("XDG_DATA_HOME", folder.resolve("xdg").toString()));
  }

  private static JsonNode json(String line) {
    return JsonMapper.shared().readTree(line);
  }

  @Test
  void withoutAConfigurationItListensAndStopsOnSigterm() {
    try (ChildProcess node = start("run", "--json")) {
      JsonNode first = json(node.line(LIMIT));
      assertThat(first.get("peer").asString()).startsWith("12D3KooW");
      assertThat(first.get("addrs").valueStream().map(JsonNode::asString))
          .anyMatch(address -> address.matches("/ip4/127\\.0\\.0\\.1/tcp/40\\d\\d/p2p/12D3.*"));
      assertThat(folder.resolve("xdg/ethpeerflow/identity.key")).exists();

      node.terminate();

      assertThat(node.exitCode(LIMIT)).isZero();
      assertThat(node.errorTail()).contains("stopping").contains("stopped");
    }
  }

  @Test
  void aStreamThatIsUnderWayIsFinishedBeforeItEnds() throws Exception {
    Path config = folder.resolve("config.yaml");
    Files.writeString(
        config, "dataDir: data\nlisten: [/ip4/127.0.0.1/tcp/0]\nprotocols: {echo: true}\n");
    try (ChildProcess node = start("run", "--json", "--config", config.toString());
        Host host = Await.done(LIMIT, Libp2p.host().start())) {
      AddrInfo peer =
          AddrInfo.of(Multiaddr.of(json(node.line(LIMIT)).get("addrs").get(0).asString()));
      Await.done(LIMIT, host.connect(peer));
      try (BlockingStream stream =
          Await.done(LIMIT, host.newStream(peer.id(), Echo.PROTOCOL)).blocking()) {
        stream.out().write("before ".getBytes(UTF_8));
        stream.out().flush();
        assertThat(new String(stream.in().readNBytes(7), UTF_8)).isEqualTo("before ");

        node.terminate();
        Await.until("it stops", LIMIT, () -> node.errorTail().contains("stopping"));

        stream.out().write("and after".getBytes(UTF_8));
        stream.closeWrite();
        assertThat(new String(stream.in().readAllBytes(), UTF_8)).isEqualTo("and after");
      }
      assertThat(node.exitCode(LIMIT)).isZero();
    }
  }

  @Test
  void aFailureToStartEndsWithOne() throws Exception {
    Path config = folder.resolve("config.yaml");
    Files.writeString(config, "listen: nowhere\n");
    try (ChildProcess node = start("run", "--config", config.toString())) {
      assertThat(node.exitCode(LIMIT)).isEqualTo(1);
      assertThat(node.errorTail()).contains("config.yaml:1:9: listen: expected a list");
    }
  }

  @Test
  void linesForPeopleAreOnePerAddress() throws Exception {
    Path config = folder.resolve("config.yaml");
    Files.writeString(
        config, "dataDir: data\nlisten: [/ip4/127.0.0.1/tcp/0, /ip4/127.0.0.2/tcp/0]\n");
    try (ChildProcess node = start("run", "--config", config.toString())) {
      assertThat(node.line(LIMIT)).startsWith("listening on /ip4/127.0.0.1/tcp/");
      assertThat(node.line(LIMIT)).startsWith("listening on /ip4/127.0.0.2/tcp/");
      node.terminate();
      assertThat(node.exitCode(LIMIT)).isZero();
    }
  }

  @Test
  void listenEndsWithZeroOnSigterm() {
    try (ChildProcess node = start("listen", "--json", "--listen", "/ip4/127.0.0.1/tcp/0")) {
      assertThat(json(node.line(LIMIT)).get("addrs")).hasSize(1);
      node.terminate();
      assertThat(node.exitCode(LIMIT)).isZero();
    }
  }
}
