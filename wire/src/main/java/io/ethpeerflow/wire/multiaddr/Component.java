package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiformats.Multihash;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One protocol of an address with its value. Immutable. The factory methods check the value and
 * throw {@link IllegalArgumentException} when the protocol does not allow it.
 */
public sealed interface Component {
  /** The protocol. */
  Protocol protocol();

  /**
   * The value in its binary form without a length: a fresh array, empty if the protocol has no
   * value.
   */
  byte[] valueBytes();

  /** The value in its text form, empty if the protocol has no value. */
  default String valueText() {
    if (!protocol().hasValue()) {
      return "";
    }
    byte[] value = valueBytes();
    var out = new StringBuilder();
    TextPrinter.appendValue(protocol(), value, 0, value.length, out);
    return out.toString();
  }

  /** A protocol without value, such as {@code tls}. */
  record Flag(Protocol protocol) implements Component {
    /** Checks the protocol. */
    public Flag {
      if (protocol.hasValue()) {
        throw new IllegalArgumentException(protocol + " needs a value");
      }
    }

    @Override
    public byte[] valueBytes() {
      return new byte[0];
    }
  }

  /**
   * {@code ip4}, {@code ip6}.
   *
   * @param address an address without scope
   */
  record Ip(InetAddress address) implements Component {
    /** Drops name and scope of the address, which have no place in this component. */
    public Ip {
      address = bare(address.getAddress());
    }

    static InetAddress bare(byte[] address) {
      try {
        // the two-argument forms keep an IPv4-mapped address in the 16 bytes it has
        return address.length == 4
            ? InetAddress.getByAddress(address)
            : Inet6Address.getByAddress(null, address, -1);
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Protocol protocol() {
      return address instanceof Inet4Address ? Protocol.IP4 : Protocol.IP6;
    }

    @Override
    public byte[] valueBytes() {
      return address.getAddress();
    }
  }

  /**
   * {@code tcp}, {@code udp}, {@code sctp}, {@code dccp}.
   *
   * @param port 0 to 65535; 0 asks the system to choose
   */
  record Port(Protocol protocol, int port) implements Component {
    /** Checks protocol and range. */
    public Port {
      switch (protocol) {
        case TCP, UDP, SCTP, DCCP -> {}
        default -> throw new IllegalArgumentException(protocol + " has no port");
      }
      if (port < 0 || port > 0xffff) {
        throw new IllegalArgumentException("port: " + port + " is not from 0 to 65535");
      }
    }

    @Override
    public byte[] valueBytes() {
      return new byte[] {(byte) (port >>> 8), (byte) port};
    }
  }

  /**
   * {@code ipcidr}.
   *
   * @param bits the length of the prefix, 0 to 255
   */
  record PrefixLength(int bits) implements Component {
    /** Checks the range. */
    public PrefixLength {
      if (bits < 0 || bits > 0xff) {
        throw new IllegalArgumentException("bits: " + bits + " is not from 0 to 255");
      }
    }

    @Override
    public Protocol protocol() {
      return Protocol.IPCIDR;
    }

    @Override
    public byte[] valueBytes() {
      return new byte[] {(byte) bits};
    }
  }

  /**
   * {@code dns}, {@code dns4}, {@code dns6}, {@code dnsaddr}, {@code sni}, {@code ip6zone}, {@code
   * unix}.
   *
   * @param text without control characters; the path of {@code unix} is absolute, the others have
   *     no slash
   */
  record Text(Protocol protocol, String text) implements Component {
    /** Checks protocol and text. */
    public Text {
      switch (protocol) {
        case DNS, DNS4, DNS6, DNSADDR, SNI, IP6ZONE, UNIX ->
            check(protocol, text.getBytes(StandardCharsets.UTF_8));
        default -> throw new IllegalArgumentException("the value of " + protocol + " is not text");
      }
    }

    @Override
    public byte[] valueBytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * {@code p2p}.
   *
   * @param peerId the peer
   */
  record Peer(PeerId peerId) implements Component {
    @Override
    public Protocol protocol() {
      return Protocol.P2P;
    }

    @Override
    public byte[] valueBytes() {
      return peerId.toBytes();
    }
  }

  /**
   * {@code certhash}.
   *
   * @param hash of the DER form of the certificate
   */
  record CertHash(Multihash hash) implements Component {
    @Override
    public Protocol protocol() {
      return Protocol.CERTHASH;
    }

    @Override
    public byte[] valueBytes() {
      return hash.toBytes();
    }
  }

  /**
   * {@code memory}.
   *
   * @param id any 64 bits, unsigned in text
   */
  record Memory(long id) implements Component {
    @Override
    public Protocol protocol() {
      return Protocol.MEMORY;
    }

    @Override
    public byte[] valueBytes() {
      byte[] bytes = new byte[8];
      for (int i = 0; i < 8; i++) {
        bytes[i] = (byte) (id >>> (56 - 8 * i));
      }
      return bytes;
    }
  }

  /**
   * {@code onion}, {@code onion3}, {@code garlic32}, {@code garlic64}, {@code http-path}: bytes
   * that need no further reading.
   */
  final class Opaque implements Component {
    private final Protocol protocol;
    private final byte[] value;

    /** Checks protocol and value. */
    public Opaque(Protocol protocol, byte[] value) {
      switch (protocol) {
        case ONION, ONION3, GARLIC32, GARLIC64, HTTP_PATH -> {}
        default ->
            throw new IllegalArgumentException("the value of " + protocol + " is not opaque");
      }
      if (protocol.valueBytes() >= 0 && protocol.valueBytes() != value.length) {
        throw new IllegalArgumentException(
            protocol + " of " + value.length + " bytes, allowed " + protocol.valueBytes());
      }
      check(protocol, value);
      this.protocol = protocol;
      this.value = value.clone();
    }

    @Override
    public Protocol protocol() {
      return protocol;
    }

    @Override
    public byte[] valueBytes() {
      return value.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Opaque that
          && protocol == that.protocol
          && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return 31 * protocol.hashCode() + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Opaque[protocol=" + protocol + ", value=" + valueText() + "]";
    }
  }

  private static void check(Protocol protocol, byte[] value) {
    try {
      BinaryForm.checkValue(protocol, value, 0, value.length);
    } catch (WireFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
