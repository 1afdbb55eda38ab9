package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.varint.UnsignedVarint;
import org.jspecify.annotations.Nullable;

/** The protocols that an address is made of, with their codes and names in the multiaddr table. */
@SuppressWarnings("ImmutableEnumChecker") // the array is never changed
public enum Protocol {
  /** IPv4 address. */
  IP4("ip4", 4, 4),
  /** TCP port. */
  TCP("tcp", 6, 2),
  /** DCCP port. */
  DCCP("dccp", 33, 2),
  /** IPv6 address. */
  IP6("ip6", 41, 16),
  /** Zone of the IPv6 address that follows. */
  IP6ZONE("ip6zone", 42, Protocol.VARIABLE),
  /** Prefix length of the IP address before. */
  IPCIDR("ipcidr", 43, 1),
  /** Host name of either IP version. */
  DNS("dns", 53, Protocol.VARIABLE),
  /** Host name to be resolved to IPv4. */
  DNS4("dns4", 54, Protocol.VARIABLE),
  /** Host name to be resolved to IPv6. */
  DNS6("dns6", 55, Protocol.VARIABLE),
  /** Host name whose TXT records are addresses. */
  DNSADDR("dnsaddr", 56, Protocol.VARIABLE),
  /** SCTP port. */
  SCTP("sctp", 132, 2),
  /** UDP port. */
  UDP("udp", 273, 2),
  /** Predecessor of {@link #WEBRTC_DIRECT}. */
  P2P_WEBRTC_DIRECT("p2p-webrtc-direct", 276, 0),
  /** WebRTC without a signalling server. */
  WEBRTC_DIRECT("webrtc-direct", 280, 0),
  /** WebRTC, signalled over a relay. */
  WEBRTC("webrtc", 281, 0),
  /** A relayed connection: the relay stands before, the target after. */
  P2P_CIRCUIT("p2p-circuit", 290, 0),
  /** UDT. */
  UDT("udt", 301, 0),
  /** uTP. */
  UTP("utp", 302, 0),
  /** Path of a Unix domain socket: always last, as it takes the rest of the text. */
  UNIX("unix", 400, Protocol.VARIABLE),
  /** Peer id; {@code ipfs} is read as the same. */
  P2P("p2p", 421, Protocol.VARIABLE),
  /** Deprecated form of {@code tls/http}. */
  HTTPS("https", 443, 0),
  /** Tor onion service of version 2. */
  ONION("onion", 444, 12),
  /** Tor onion service of version 3. */
  ONION3("onion3", 445, 37),
  /** I2P destination. */
  GARLIC64("garlic64", 446, Protocol.VARIABLE),
  /** Hash of an I2P destination. */
  GARLIC32("garlic32", 447, Protocol.VARIABLE),
  /** TLS. */
  TLS("tls", 448, 0),
  /** Server name of TLS. */
  SNI("sni", 449, Protocol.VARIABLE),
  /** Noise. */
  NOISE("noise", 454, 0),
  /** QUIC, draft 29. */
  QUIC("quic", 460, 0),
  /** QUIC, RFC 9000. */
  QUIC_V1("quic-v1", 461, 0),
  /** WebTransport. */
  WEBTRANSPORT("webtransport", 465, 0),
  /** Hash of a certificate, a multihash. */
  CERTHASH("certhash", 466, Protocol.VARIABLE),
  /** WebSocket. */
  WS("ws", 477, 0),
  /** Deprecated form of {@code tls/ws}. */
  WSS("wss", 478, 0),
  /** HTTP. */
  HTTP("http", 480, 0),
  /** Path of HTTP, percent-encoded in text. */
  HTTP_PATH("http-path", 481, Protocol.VARIABLE),
  /** In-process transport of tests. */
  MEMORY("memory", 777, 8),
  /** Plaintext 2.0.0. */
  PLAINTEXTV2("plaintextv2", 7367777, 0);

  static final int VARIABLE = -1;

  private static final int DENSE = 778;
  private static final Protocol[] BY_CODE = new Protocol[DENSE];
  private static final int NAME_SLOTS = 256;
  private static final String[] NAMES = new String[NAME_SLOTS];
  private static final Protocol[] BY_NAME = new Protocol[NAME_SLOTS];

  static {
    for (Protocol protocol : values()) {
      if (protocol.code < DENSE) {
        BY_CODE[protocol.code] = protocol;
      }
      enter(protocol.text, protocol);
    }
    // [spec addressing/p2p]
    enter("ipfs", P2P);
  }

  private final String text;
  private final int code;
  private final int valueBytes;
  private final byte[] codeBytes;

  Protocol(String text, int code, int valueBytes) {
    this.text = text;
    this.code = code;
    this.valueBytes = valueBytes;
    this.codeBytes = new byte[UnsignedVarint.size(code)];
    UnsignedVarint.write(code, codeBytes, 0);
  }

  private static void enter(String name, Protocol protocol) {
    int slot = slot(name, 0, name.length());
    while (BY_NAME[slot] != null) {
      slot = (slot + 1) % NAME_SLOTS;
    }
    NAMES[slot] = name;
    BY_NAME[slot] = protocol;
  }

  private static int slot(String text, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    return (hash ^ hash >>> 8) & (NAME_SLOTS - 1);
  }

  /** The name in the text form, such as {@code quic-v1}. */
  public String text() {
    return text;
  }

  /** The code in the binary form. */
  public int code() {
    return code;
  }

  /** Whether a value follows. */
  public boolean hasValue() {
    return valueBytes != 0;
  }

  /** Length of the value in bytes, or {@link #VARIABLE}. */
  int valueBytes() {
    return valueBytes;
  }

  /** The code as a varint; shared, not to be changed. */
  byte[] codeBytes() {
    return codeBytes;
  }

  /**
   * The protocol with a code.
   *
   * @return null if the table has none
   */
  public static @Nullable Protocol ofCode(long code) {
    if (code >= 0 && code < DENSE) {
      return BY_CODE[(int) code];
    }
    return code == PLAINTEXTV2.code ? PLAINTEXTV2 : null;
  }

  /**
   * The protocol with a name; {@code ipfs} is {@link #P2P}.
   *
   * @return null if the table has none
   */
  public static @Nullable Protocol ofName(String name) {
    return ofName(name, 0, name.length());
  }

  static @Nullable Protocol ofName(String text, int from, int to) {
    int slot = slot(text, from, to);
    while (true) {
      Protocol found = BY_NAME[slot];
      if (found == null) {
        return null;
      }
      String name = NAMES[slot];
      if (name.length() == to - from && text.startsWith(name, from)) {
        return found;
      }
      slot = (slot + 1) % NAME_SLOTS;
    }
  }

  /** The name in the text form. */
  @Override
  public String toString() {
    return text;
  }
}
