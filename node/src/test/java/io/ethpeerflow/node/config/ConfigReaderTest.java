package io.ethpeerflow.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.node.logging.LoggingSettings;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.quic.QuicCongestionControl;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigReaderTest {
  private static final Path FOLDER = Path.of("/etc/peerflow");
  private static final Path HOME = Path.of("/home/ada");
  private static final String PEER = "12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5";

  private static NodeConfig parse(String... lines) throws ConfigException {
    return ConfigReader.parse("node.yaml", String.join("\n", lines) + "\n", FOLDER, HOME);
  }

  private static void assertRefused(String message, String... lines) {
    assertThatThrownBy(() -> parse(lines))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theDefaultsThatArePrintedAreTheDefaults() throws ConfigException {
    assertThat(parse(ConfigReader.defaults())).isEqualTo(NodeConfig.DEFAULT);
  }

  @Test
  void everyKeyStandsInTheDefaultsThatArePrinted() throws ConfigException {
    String uncommented =
        ConfigReader.defaults()
            .replace("# dataDir:", "dataDir:")
            .replace("# key:", "key:")
            .replace(
                "# - /dns4/node.example/tcp/4001/p2p/12D3KooW...", "- /dns4/n/tcp/1/p2p/" + PEER)
            .replace("# listen:", "listen:");

    NodeConfig config = parse(uncommented);

    assertThat(config.dataDir()).isEqualTo(HOME.resolve(".local/share/ethpeerflow"));
    assertThat(config.identityKey()).isEqualTo(FOLDER.resolve("identity.key"));
    assertThat(config.peers()).hasSize(1);
    assertThat(config.metricsListen()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing", "---", "{}", "listen:\npeers:\nlimits:"})
  void whatIsLeftOutIsTheDefault(String text) throws ConfigException {
    assertThat(parse(text)).isEqualTo(NodeConfig.DEFAULT);
  }

  @Test
  void readsEveryKey() throws ConfigException {
    NodeConfig config =
        parse(
            "dataDir: ~/node",
            "identity: {key: keys/node.key}",
            "listen: [/ip4/127.0.0.1/tcp/0, /ip6/::1/tcp/4001]",
            "security: [tls]",
            "quic:",
            "  idleTimeout: 2m",
            "  keepAlive: 90s",
            "  handshakeTimeout: 500ms",
            "  streamWindow: 1MiB",
            "  connectionWindow: 8 MiB",
            "  inboundStreams: 12",
            "  validateAbove: 0",
            "  datagramQueue: 9",
            "  congestionControl: bbr",
            "  udpPayload: 1200",
            "  sendSegments: 1",
            "  socketBuffer: 128KiB",
            "peers:",
            "  - /dns4/a.example/tcp/4001/p2p/" + PEER,
            "limits:",
            "  connections: 100",
            "  streams: 2000",
            "  memory: 64MiB",
            "  perPeer: {connections: 3, streams: 64, memory: 8 MiB}",
            "protocols: {ping: false, echo: true, perf: true}",
            "metrics: {listen: '[::1]:9464'}",
            "logging: {level: debug, format: json}");

    assertThat(config)
        .isEqualTo(
            new NodeConfig(
                Path.of("/home/ada/node"),
                Path.of("/etc/peerflow/keys/node.key"),
                List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/0"), Multiaddr.of("/ip6/::1/tcp/4001")),
                List.of(SecurityChoice.TLS),
                QuicConfig.DEFAULT
                    .withTimeouts(
                        Duration.ofMinutes(2), Duration.ofMillis(500), Duration.ofSeconds(90))
                    .withWindows(1 << 20, 8 << 20)
                    .withMaxInboundStreams(12)
                    .withValidateAbove(0)
                    .withDatagramQueue(9)
                    .withPath(1200, 1, QuicCongestionControl.BBR)
                    .withSocketBufferBytes(128 << 10),
                List.of(AddrInfo.of(Multiaddr.of("/dns4/a.example/tcp/4001/p2p/" + PEER))),
                new LimitsSettings(100, 2000, 64 << 20, new LimitsSettings.PerPeer(3, 64, 8 << 20)),
                new NodeConfig.ProtocolSettings(false, true, true),
                InetSocketAddress.createUnresolved("::1", 9464),
                new LoggingSettings(LoggingSettings.Level.DEBUG, LoggingSettings.Format.JSON)));
  }

  @Test
  void anUnknownKeyIsNamedWithItsPlaceAndTheKeysThereAre() {
    assertRefused(
        "node.yaml:2:1: unknown key 'lisen'; did you mean 'listen'? Expected: dataDir, identity,",
        "security: [noise]",
        "lisen: [/ip4/127.0.0.1/tcp/0]");
    assertRefused(
        "node.yaml:4:5: unknown key 'limits.perPeer.colour' Expected: connections, streams, memory",
        "limits:",
        "  connections: 10",
        "  perPeer:",
        "    colour: red");
    assertRefused(
        "node.yaml:2:3: unknown key 'quic.keepalive'; did you mean 'keepAlive'? Expected:"
            + " idleTimeout,",
        "quic:",
        "  keepalive: 1s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          limits: {connections: many}       | node.yaml:1:23: limits.connections: expected a whole number from 1 to 65536, found 'many'
          limits: {connections: 0}          | expected a whole number from 1 to 65536, found '0'
          limits: {connections: 99999999999} | expected a whole number from 1 to 65536
          limits: {streams: 1.5}            | limits.streams: expected a whole number
          limits: {memory: 12 parsecs}      | limits.memory: expected bytes from 16 MiB to 1 TiB, a number of bytes such as 1048576, 512KiB, 64MiB or 1GiB, found '12 parsecs'
          limits: {memory: 1KiB}            | limits.memory: expected bytes from 16 MiB to 1 TiB
          limits: [1]                       | limits: expected a mapping with the keys connections, streams, memory, perPeer, found a list
          limits: 3                         | limits: expected a mapping with the keys
          limits: {perPeer: {streams: 99999}} | limits.perPeer.streams: 99999 is not 1 to 65536
          limits: {connections: 60000, memory: 16MiB} | limits.memory: 16 MiB is too little for 60000 connections
          listen: /ip4/127.0.0.1/tcp/0      | node.yaml:1:9: listen: expected a list, each item a multiaddr such as /ip4/0.0.0.0/tcp/4001 or /ip4/0.0.0.0/udp/4001/quic-v1, found '/ip4/127.0.0.1/tcp/0'
          listen: [127.0.0.1:4001]          | node.yaml:1:10: listen: expected a multiaddr such as
          peers: [/ip4/192.0.2.1/tcp/4001]  | peers: expected a multiaddr with the peer's id
          security: [rot13]                 | security: expected one of noise, tls, found 'rot13'
          security: [noise, noise]          | security: one or more of noise and tls, each once
          security: []                      | security: one or more of noise and tls
          quic: {idleTimeout: 30}           | node.yaml:1:21: quic.idleTimeout: expected a time from 1s to 10m, a time such as 500ms, 30s or 5m, found '30'
          quic: {idleTimeout: 999ms}        | quic.idleTimeout: expected a time from 1s to 10m
          quic: {handshakeTimeout: 11m}     | quic.handshakeTimeout: expected a time from 100ms to 10m
          quic: {keepAlive: 30s}            | quic.keepAlive: expected a time from 0s to 29999ms
          quic: {streamWindow: 1KiB}        | quic.streamWindow: expected bytes from 16 KiB to 32 MiB
          quic: {streamWindow: 1MiB, connectionWindow: 1MiB} | quic.connectionWindow: expected bytes from 2 MiB to 128 MiB
          quic: {inboundStreams: 0}         | quic.inboundStreams: expected a whole number from 1 to 65536
          quic: {validateAbove: -1}         | quic.validateAbove: expected a whole number from 0 to 1048576
          quic: {datagramQueue: 70000}      | quic.datagramQueue: expected a whole number from 1 to 65536
          quic: {congestionControl: vegas}  | quic.congestionControl: expected one of cubic, reno, bbr, found 'vegas'
          quic: {udpPayload: 1199}          | quic.udpPayload: expected a whole number from 1200 to 65527
          quic: {sendSegments: 65}          | quic.sendSegments: expected a whole number from 1 to 64
          quic: {socketBuffer: 2GiB}        | quic.socketBuffer: expected bytes from 64 KiB to 1 GiB
          quic: [1]                         | quic: expected a mapping with the keys idleTimeout, keepAlive
          protocols: {ping: yes}            | protocols.ping: expected true or false, found 'yes'
          protocols: {ping: {a: b}}         | protocols.ping: expected true or false, found a mapping
          protocols: {ping: }               | protocols.ping: expected true or false, found nothing
          metrics: {listen: 9464}           | metrics.listen: expected HOST:PORT such as 127.0.0.1:9464
          metrics: {listen: 'a:70000'}      | metrics.listen: expected HOST:PORT
          logging: {level: loud}            | logging.level: expected one of error, warn, info, debug, trace, found 'loud'
          logging: {format: xml}            | logging.format: expected one of text, json
          identity: {key: ''}               | identity.key: expected a file
          dataDir: [a]                      | dataDir: expected a folder, found a list
          - a                               | node.yaml:1:1: expected a mapping with the keys dataDir
          """)
  void aWrongValueIsNamedWithItsPlaceAndTheExpectedForm(String yaml, String message) {
    assertRefused(message, yaml);
  }

  @Test
  void whatIsNotYamlIsNamedWithItsLine() {
    assertRefused("node.yaml:2:", "listen: [/ip4/127.0.0.1/tcp/0]", "limits: {connections: 1");
    assertRefused("node.yaml:2:1: 'limits' is given twice", "limits: {}", "limits: {}");
    assertRefused("a second document", "limits: {}", "---", "limits: {}");
  }

  @Test
  void aliasesAreRefusedBecauseTheyCanGrowWithoutBound() {
    assertRefused("aliases are not allowed", "listen: &a [/ip4/127.0.0.1/tcp/0]", "peers: *a");
  }

  @Test
  void deepNestingIsRefused() {
    assertRefused("nested deeper than", "listen: " + "[".repeat(40) + "]".repeat(40));
  }

  @Test
  void listsHaveABound() {
    String items = "/ip4/127.0.0.1/tcp/0,".repeat(257);
    assertRefused("listen: more than the 256 items allowed", "listen: [" + items + "]");
  }

  @Test
  void theLimitsOfAPeerFollowThoseOfTheNodeWhenTheyAreNotGiven() throws ConfigException {
    LimitsSettings limits = parse("limits: {connections: 4, streams: 10, memory: 16MiB}").limits();

    assertThat(limits.perPeer()).isEqualTo(new LimitsSettings.PerPeer(4, 10, 16 << 20));
  }

  @Test
  void whatIsNotSaidOfQuicFollowsWhatIs() throws ConfigException {
    QuicConfig quic = parse("quic: {idleTimeout: 8s, streamWindow: 16MiB}").quic();

    assertThat(quic.keepAlive()).isEqualTo(Duration.ofSeconds(4));
    assertThat(quic.connectionWindowBytes()).isEqualTo(32 << 20);
    QuicConfig patient = parse("quic: {idleTimeout: 10m}").quic();
    assertThat(patient.keepAlive()).isEqualTo(QuicConfig.DEFAULT.keepAlive());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "idleTimeout: 1s, keepAlive: 0s, handshakeTimeout: 100ms",
        "idleTimeout: 10m, keepAlive: 599999ms, handshakeTimeout: 10m",
        "streamWindow: 16KiB, connectionWindow: 32KiB",
        "streamWindow: 32MiB, connectionWindow: 128MiB",
        "inboundStreams: 1, validateAbove: 0, datagramQueue: 1",
        "inboundStreams: 65536, validateAbove: 1048576, datagramQueue: 65536",
        "udpPayload: 1200, sendSegments: 1, socketBuffer: 64KiB",
        "udpPayload: 65527, sendSegments: 64, socketBuffer: 1GiB"
      })
  void whateverAMessageAllowsForQuicIsAllowed(String keys) throws ConfigException {
    assertThat(parse("quic: {" + keys + "}").quic()).isNotEqualTo(QuicConfig.DEFAULT);
  }

  @Test
  void onlyTheDefaultListenersMayMoveToAnotherPort() throws ConfigException {
    assertThat(parse("security: [noise]").mayMovePort()).isTrue();
    assertThat(parse("listen: [/ip4/0.0.0.0/tcp/4001]").mayMovePort()).isFalse();
  }

  @Test
  void readsAFileAndNamesItInMessages(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("config.yaml");
    Files.writeString(file, "dataDir: data\n");
    assertThat(ConfigReader.read(file, HOME).dataDir()).isEqualTo(folder.resolve("data"));

    Files.writeString(file, "nodes: 3\n");
    assertThatThrownBy(() -> ConfigReader.read(file, HOME))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ":1:1: unknown key 'nodes'");

    Files.write(file, "dataDir: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ConfigReader.read(file, HOME)).hasMessageContaining("not UTF-8");

    Files.writeString(file, "#".repeat((1 << 20) + 1));
    assertThatThrownBy(() -> ConfigReader.read(file, HOME)).hasMessageContaining("longer than");

    assertThatThrownBy(() -> ConfigReader.read(folder.resolve("none"), HOME))
        .isInstanceOf(NoSuchFileException.class);
  }
}
