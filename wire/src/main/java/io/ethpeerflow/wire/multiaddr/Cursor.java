package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiformats.Multihash;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Walks over the components of bytes that {@link BinaryForm} accepted. */
final class Cursor {
  final byte[] bytes;
  Protocol protocol = Protocol.IP4;
  int from;
  int valueFrom;
  int valueTo;

  Cursor(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean next() {
    if (valueTo == bytes.length) {
      return false;
    }
    from = valueTo;
    try {
      Protocol found = Protocol.ofCode(UnsignedVarint.read(bytes, from, bytes.length));
      if (found == null) {
        throw new IllegalStateException("unknown protocol in a checked address");
      }
      protocol = found;
      valueFrom = from + found.codeBytes().length;
      int length = found.valueBytes();
      if (length < 0) {
        length = (int) UnsignedVarint.read(bytes, valueFrom, bytes.length);
        valueFrom += UnsignedVarint.size(length);
      }
      valueTo = valueFrom + length;
      return true;
    } catch (WireFormatException e) {
      throw new IllegalStateException("malformed varint in a checked address", e);
    }
  }

  /** The component that {@link #next} moved to. */
  Component component() {
    try {
      return switch (protocol) {
        case IP4, IP6 -> new Component.Ip(Component.Ip.bare(value()));
        case TCP, UDP, SCTP, DCCP ->
            new Component.Port(protocol, TextPrinter.unsignedShort(bytes, valueFrom));
        case IPCIDR -> new Component.PrefixLength(bytes[valueFrom] & 0xff);
        case DNS, DNS4, DNS6, DNSADDR, SNI, IP6ZONE, UNIX ->
            new Component.Text(protocol, new String(value(), StandardCharsets.UTF_8));
        case P2P -> new Component.Peer(PeerId.decode(bytes, valueFrom, valueTo));
        case CERTHASH -> new Component.CertHash(Multihash.decode(bytes, valueFrom, valueTo));
        case ONION, ONION3, GARLIC32, GARLIC64, HTTP_PATH ->
            new Component.Opaque(protocol, value());
        case MEMORY -> new Component.Memory(TextPrinter.unsignedLong(bytes, valueFrom));
        default -> new Component.Flag(protocol);
      };
    } catch (WireFormatException e) {
      throw new IllegalStateException("malformed value in a checked address", e);
    }
  }

  /** The binary form of one component. */
  static byte[] encode(Component component) {
    byte[] value = component.valueBytes();
    byte[] code = component.protocol().codeBytes();
    boolean variable = component.protocol().valueBytes() < 0;
    int valueAt = code.length + (variable ? UnsignedVarint.size(value.length) : 0);
    byte[] bytes = Arrays.copyOf(code, valueAt + value.length);
    if (variable) {
      UnsignedVarint.write(value.length, bytes, code.length);
    }
    System.arraycopy(value, 0, bytes, valueAt, value.length);
    return bytes;
  }

  private byte[] value() {
    return Arrays.copyOfRange(bytes, valueFrom, valueTo);
  }
}
