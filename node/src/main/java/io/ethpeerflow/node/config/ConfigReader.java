package io.ethpeerflow.node.config;

import io.ethpeerflow.node.logging.LoggingSettings;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code config.yaml}. An unknown key or a wrong value is an error that says where it stands.
 */
public final class ConfigReader {
  private static final String DEFAULTS = "default-config.yaml";
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^:\\s\\[\\]]+)):(\\d{1,5})");

  private static final String MULTIADDR_FORM =
      "a multiaddr such as /ip4/0.0.0.0/tcp/4001 or /ip4/0.0.0.0/udp/4001/quic-v1";
  private static final String PEER_FORM =
      "a multiaddr with the peer's id such as /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW...";

  private final String source;
  private final Path folder;
  private final Path home;

  private ConfigReader(String source, Path folder, Path home) {
    this.source = source;
    this.folder = folder;
    this.home = home;
  }

  /**
   * Reads a file.
   *
   * @param home what {@code ~} stands for
   * @throws ConfigException when it is not a configuration, with line and column
   * @throws IOException when it cannot be read
   */
  public static NodeConfig read(Path file, Path home) throws IOException, ConfigException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_FILE_BYTES + 1);
    }
    if (content.length > MAX_FILE_BYTES) {
      throw new ConfigException(
          file.toString(), Position.START, "longer than the " + MAX_FILE_BYTES + " bytes allowed");
    }
    Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), Path.of("/"));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return parse(file.toString(), text, folder, home);
    } catch (CharacterCodingException notText) {
      throw new ConfigException(file.toString(), Position.START, "not UTF-8 text");
    }
  }

  /**
   * Reads text.
   *
   * @param source what messages call it
   * @param folder what relative paths are relative to
   * @param home what {@code ~} stands for
   */
  static NodeConfig parse(String source, String text, Path folder, Path home)
      throws ConfigException {
    return new ConfigReader(source, folder, home).root(YamlTree.parse(source, text));
  }

  /** The defaults as a configuration file with comments. */
  public static String defaults() {
    try (InputStream in = ConfigReader.class.getResourceAsStream(DEFAULTS)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new IllegalStateException(DEFAULTS + " cannot be read", unreadable);
    }
  }

  private NodeConfig root(YamlNode node) throws ConfigException {
    Section root =
        Section.of(
            source,
            "",
            node,
            "dataDir",
            "identity",
            "listen",
            "security",
            "quic",
            "peers",
            "limits",
            "protocols",
            "metrics",
            "logging");
    Path dataDir = path(root, "dataDir", "a folder");
    Path key = path(root.section("identity", "key"), "key", "a file");
    List<Multiaddr> listen =
        root.list(
            "listen",
            NodeConfig.MAX_ADDRESSES,
            MULTIADDR_FORM,
            Multiaddr::parse,
            NodeConfig.DEFAULT.listen());
    List<SecurityChoice> security =
        root.list(
            "security",
            SecurityChoice.values().length,
            "one of " + Section.names(SecurityChoice.class),
            text -> Section.constant(SecurityChoice.class, text),
            NodeConfig.DEFAULT.security());
    QuicConfig quic = QuicSection.read(root.section("quic", QuicSection.KEYS));
    List<AddrInfo> peers =
        root.list("peers", NodeConfig.MAX_ADDRESSES, PEER_FORM, ConfigReader::peer, List.of());
    LimitsSettings limits =
        limits(root.section("limits", "connections", "streams", "memory", "perPeer"));
    NodeConfig.ProtocolSettings protocols =
        protocols(root.section("protocols", "ping", "echo", "perf"));
    InetSocketAddress metrics =
        root.section("metrics", "listen")
            .optional(
                "listen", "HOST:PORT such as 127.0.0.1:9464 or [::1]:9464", ConfigReader::hostPort);
    LoggingSettings logging = logging(root.section("logging", "level", "format"));
    return root.build(
        () ->
            new NodeConfig(
                dataDir, key, listen, security, quic, peers, limits, protocols, metrics, logging));
  }

  private @Nullable Path path(Section section, String key, String expected) throws ConfigException {
    return section.optional(key, expected, this::resolve);
  }

  private Path resolve(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
    Path path =
        text.equals("~")
            ? home
            : text.startsWith("~/") ? home.resolve(text.substring(2)) : folder.resolve(text);
    return path.normalize();
  }

  private static AddrInfo peer(String text) throws Exception {
    AddrInfo peer = AddrInfo.parse(text);
    if (peer.addresses().isEmpty()) {
      throw new IllegalArgumentException("it says who, but not where");
    }
    return peer;
  }

  private static InetSocketAddress hostPort(String text) {
    Matcher matcher = HOST_PORT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535) {
      throw new IllegalArgumentException();
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return InetSocketAddress.createUnresolved(host, Integer.parseInt(matcher.group(3)));
  }

  private static LimitsSettings limits(Section section) throws ConfigException {
    LimitsSettings absent = LimitsSettings.DEFAULT;
    int connections =
        section.number("connections", 1, LimitsSettings.MAX_CONNECTIONS, absent.connections());
    int streams = section.number("streams", 1, LimitsSettings.MAX_STREAMS, absent.streams());
    long memory =
        section.bytes(
            "memory",
            LimitsSettings.MIN_MEMORY_BYTES,
            LimitsSettings.MAX_MEMORY_BYTES,
            absent.memoryBytes());
    Section peer = section.section("perPeer", "connections", "streams", "memory");
    LimitsSettings.PerPeer perPeer = perPeer(peer, connections, streams, memory);
    return section.build(() -> new LimitsSettings(connections, streams, memory, perPeer));
  }

  /** What is not said for a peer is the default, or what the node has when that is less. */
  private static LimitsSettings.PerPeer perPeer(
      Section section, int allConnections, int allStreams, long allMemory) throws ConfigException {
    LimitsSettings.PerPeer absent = LimitsSettings.PerPeer.DEFAULT;
    int connections =
        section.number(
            "connections",
            1,
            LimitsSettings.MAX_CONNECTIONS,
            Math.min(absent.connections(), allConnections));
    int streams =
        section.number(
            "streams", 1, LimitsSettings.MAX_STREAMS, Math.min(absent.streams(), allStreams));
    long memory =
        section.bytes(
            "memory",
            LimitsSettings.MIN_PEER_MEMORY_BYTES,
            LimitsSettings.MAX_MEMORY_BYTES,
            Math.min(absent.memoryBytes(), allMemory));
    return section.build(() -> new LimitsSettings.PerPeer(connections, streams, memory));
  }

  private static NodeConfig.ProtocolSettings protocols(Section section) throws ConfigException {
    NodeConfig.ProtocolSettings absent = NodeConfig.ProtocolSettings.DEFAULT;
    return new NodeConfig.ProtocolSettings(
        section.flag("ping", absent.ping()),
        section.flag("echo", absent.echo()),
        section.flag("perf", absent.perf()));
  }

  private static LoggingSettings logging(Section section) throws ConfigException {
    LoggingSettings absent = LoggingSettings.DEFAULT;
    return new LoggingSettings(
        section.choice("level", LoggingSettings.Level.class, absent.level()),
        section.choice("format", LoggingSettings.Format.class, absent.format()));
  }
}
