package io.ethpeerflow.node.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.error.AddressInUseException;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.node.config.ConfigReader;
import io.ethpeerflow.node.config.NodeConfig;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DaemonTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private NodeConfig config(String... lines) throws Exception {
    Path file = folder.resolve("config.yaml");
    Files.writeString(file, "dataDir: data\n" + String.join("\n", lines) + "\n");
    return ConfigReader.read(file, folder);
  }

  @Test
  void keepsItsIdentityInTheDataFolder() throws Exception {
    NodeConfig config = config("listen: [/ip4/127.0.0.1/tcp/0]");
    String first;
    try (Daemon daemon = Daemon.start(config, Map.of())) {
      first = daemon.host().id().toString();
    }
    try (Daemon daemon = Daemon.start(config, Map.of())) {
      assertThat(daemon.host().id()).hasToString(first);
    }
    assertThat(folder.resolve("data/identity.key")).exists();
  }

  @Test
  void servesTheProtocolsThatAreOn() throws Exception {
    try (Daemon daemon = Daemon.start(config("listen: [/ip4/127.0.0.1/tcp/0]"), Map.of())) {
      assertThat(daemon.host().protocols().stream().map(Object::toString))
          .containsExactlyInAnyOrder("/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0");
    }
    try (Daemon daemon =
        Daemon.start(
            config(
                "listen: [/ip4/127.0.0.1/tcp/0]",
                "protocols: {ping: false, echo: true, perf: true}"),
            Map.of())) {
      assertThat(daemon.host().protocols().stream().map(Object::toString))
          .containsExactlyInAnyOrder(
              "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/echo/1.0.0", "/perf/1.0.0");
    }
  }

  @Test
  void theDefaultListenersTakeTheNextFreePort() throws Exception {
    NodeConfig config = config("logging: {level: error}");
    try (Daemon first = Daemon.start(config.withDataDir(folder.resolve("one")), Map.of());
        Daemon second = Daemon.start(config.withDataDir(folder.resolve("two")), Map.of())) {
      int firstPort = port(first, "/ip4/127.0.0.1/tcp/");
      int secondPort = port(second, "/ip4/127.0.0.1/tcp/");
      assertThat(firstPort).isBetween(4001, 4100);
      assertThat(secondPort).isBetween(firstPort + 1, 4100);
      assertThat(port(first, "/ip4/127.0.0.1/udp/")).isEqualTo(firstPort);
      assertThat(port(second, "/ip4/127.0.0.1/udp/")).isEqualTo(secondPort);
      if (hasIp6(second)) {
        assertThat(port(second, "/ip6/::1/tcp/")).isEqualTo(secondPort);
        assertThat(port(second, "/ip6/::1/udp/")).isEqualTo(secondPort);
      }
    }
  }

  private static boolean hasIp6(Daemon daemon) {
    return daemon.host().addrInfo().addresses().stream()
        .anyMatch(address -> address.toString().startsWith("/ip6/::1/"));
  }

  private static int port(Daemon daemon, String prefix) {
    String address =
        daemon.host().addrInfo().addresses().stream()
            .map(Multiaddr::toString)
            .filter(text -> text.startsWith(prefix))
            .findFirst()
            .orElseThrow();
    return Integer.parseInt(address.substring(prefix.length()).replace("/quic-v1", ""));
  }

  @Test
  void listenersThatWereChosenAreTakenLiterally() throws Exception {
    try (Daemon first = Daemon.start(config("listen: [/ip4/127.0.0.1/tcp/0]"), Map.of())) {
      int port = port(first, "/ip4/127.0.0.1/tcp/");
      NodeConfig same =
          config("listen: [/ip4/127.0.0.1/tcp/" + port + "]").withDataDir(folder.resolve("other"));

      assertThatThrownBy(() -> Daemon.start(same, Map.of()))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(AddressInUseException.class)
          .hasMessageContaining("/ip4/127.0.0.1/tcp/" + port + " is in use");
    }
  }

  @Test
  void connectsToThePeersOfItsConfiguration() throws Exception {
    try (Daemon first = Daemon.start(config("listen: [/ip4/127.0.0.1/tcp/0]"), Map.of())) {
      String address = first.host().addrInfo().fullAddresses().get(0).toString();
      NodeConfig config =
          config("listen: []", "security: [tls]", "peers: [" + address + "]")
              .withDataDir(folder.resolve("other"));
      try (Daemon second = Daemon.start(config, Map.of())) {
        Await.until(
            "connected", LIMIT, () -> second.host().connections(first.host().id()).size() == 1);
        assertThat(second.host().connections().get(0).security()).isEqualTo("/tls/1.0.0");
      }
    }
  }

  @Test
  void itsQuicConnectionsEndWhenTheyAreSilentForAsLongAsItsConfigurationSays() throws Exception {
    NodeConfig config =
        config("listen: [/ip4/127.0.0.1/udp/0/quic-v1]", "quic: {idleTimeout: 1s, keepAlive: 0s}");
    try (Daemon daemon = Daemon.start(config, Map.of());
        Host dialer = Await.done(LIMIT, Libp2p.host().start())) {
      Connection connection = Await.done(LIMIT, dialer.connect(daemon.host().addrInfo()));
      Await.done(LIMIT, connection.closed());
    }
  }

  @Test
  void servesMetricsAndHealth() throws Exception {
    NodeConfig config =
        config("listen: [/ip4/127.0.0.1/tcp/0]", "metrics: {listen: '127.0.0.1:0'}");
    try (Daemon daemon = Daemon.start(config, Map.of())) {
      InetSocketAddress at = daemon.metricsAddress();
      assertThat(at).isNotNull();

      String metrics = get(at, "/metrics");
      assertThat(metrics)
          .startsWith("HTTP/1.1 200 ")
          .contains("peerflow_connections_open 0", "jvm_memory");
      assertThat(get(at, "/health"))
          .startsWith("HTTP/1.1 200 ")
          .contains("\"status\":\"up\"", daemon.host().id().toString());
      assertThat(get(at, "/metrics/all")).startsWith("HTTP/1.1 404 ");
      assertThat(get(at, "/")).startsWith("HTTP/1.1 404 ");
    }
  }

  private static String get(InetSocketAddress at, String path) throws IOException {
    try (var socket = new Socket(at.getAddress(), at.getPort())) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void aMetricsAddressThatIsTakenIsAFailureThatLeavesNothingBehind() throws Exception {
    NodeConfig config =
        config("listen: [/ip4/127.0.0.1/tcp/0]", "metrics: {listen: '127.0.0.1:0'}");
    try (Daemon first = Daemon.start(config, Map.of())) {
      int port = first.metricsAddress().getPort();
      NodeConfig same =
          config("listen: [/ip4/127.0.0.1/tcp/0]", "metrics: {listen: '127.0.0.1:" + port + "'}")
              .withDataDir(folder.resolve("other"));
      assertThatThrownBy(() -> Daemon.start(same, Map.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("metrics.listen")
          .hasMessageContaining(":" + port);
    }
  }

  @Test
  void anIdentityFileThatOthersMayReadIsRefused() throws Exception {
    NodeConfig config = config("listen: []");
    try (Daemon daemon = Daemon.start(config, Map.of())) {
      assertThat(daemon.host().addrInfo().addresses()).isEmpty();
    }
    Files.setPosixFilePermissions(
        folder.resolve("data/identity.key"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> Daemon.start(config, Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 600");
  }
}
