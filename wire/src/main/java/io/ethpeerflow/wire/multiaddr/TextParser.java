package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiformats.Base58;
import io.ethpeerflow.wire.multiformats.Multibase;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text to binary form in one pass over the text, into one array that grows if need be. */
final class TextParser {
  private static final int MAX_QUOTED = 48;

  private final String text;
  private byte[] out;
  private int at;

  private TextParser(String text) {
    this.text = text;
    this.out = new byte[text.length() + 16];
  }

  static byte[] parse(String text) throws WireFormatException {
    if (text.length() > Multiaddr.MAX_CHARS) {
      throw new WireFormatException(
          "multiaddr text of "
              + text.length()
              + " characters exceeds the "
              + Multiaddr.MAX_CHARS
              + " allowed");
    }
    var parser = new TextParser(text);
    parser.run();
    return Arrays.copyOf(parser.out, parser.at);
  }

  private void run() throws WireFormatException {
    int end = text.length();
    if (end == 0 || text.charAt(0) != '/') {
      throw new WireFormatException(
          "multiaddr text " + quote(0, end) + " does not begin with a slash");
    }
    while (end > 0 && text.charAt(end - 1) == '/') {
      end--;
    }
    if (end == 0) {
      throw new WireFormatException("multiaddr text has no component");
    }
    int components = 0;
    int i = 1;
    while (i < end) {
      if (++components > Multiaddr.MAX_COMPONENTS) {
        throw new WireFormatException(
            "multiaddr has more than the " + Multiaddr.MAX_COMPONENTS + " components allowed");
      }
      int nameEnd = nextSlash(i, end);
      Protocol protocol = Protocol.ofName(text, i, nameEnd);
      if (protocol == null) {
        throw new WireFormatException("multiaddr has the unknown protocol " + quote(i, nameEnd));
      }
      byte[] code = protocol.codeBytes();
      ensure(code.length + 20);
      for (byte b : code) {
        out[at++] = b;
      }
      i = nameEnd + 1;
      if (!protocol.hasValue()) {
        continue;
      }
      if (protocol == Protocol.UNIX && text.length() - nameEnd >= 2) {
        // a path keeps its slashes, the leading one included, and takes all that is left
        putText(protocol, nameEnd, text.length());
        break;
      }
      if (nameEnd >= end) {
        throw new WireFormatException("multiaddr component " + protocol + " has no value");
      }
      int valueEnd = nextSlash(i, end);
      putValue(protocol, i, valueEnd);
      i = valueEnd + 1;
    }
    if (at > Multiaddr.MAX_BYTES) {
      throw new WireFormatException(
          "multiaddr of " + at + " bytes exceeds the " + Multiaddr.MAX_BYTES + " allowed");
    }
  }

  private int nextSlash(int from, int end) {
    int slash = text.indexOf('/', from);
    return slash < 0 || slash > end ? end : slash;
  }

  private void putValue(Protocol protocol, int from, int to) throws WireFormatException {
    switch (protocol) {
      case IP4 -> {
        long address = IpText.parseIp4(text, from, to);
        if (address < 0) {
          throw bad(protocol, from, to, "a dotted quad");
        }
        putInt((int) address);
      }
      case IP6 -> {
        if (!IpText.parseIp6(text, from, to, out, at)) {
          throw bad(protocol, from, to, "an IPv6 address");
        }
        at += 16;
      }
      case TCP, UDP, SCTP, DCCP -> putShort(decimal(protocol, from, to, 0xffff));
      case IPCIDR -> out[at++] = (byte) decimal(protocol, from, to, 0xff);
      case DNS, DNS4, DNS6, DNSADDR, SNI, IP6ZONE -> putText(protocol, from, to);
      case P2P -> putPeerId(from, to);
      case CERTHASH -> putVariable(protocol, Multibase.decode(text.substring(from, to)));
      case HTTP_PATH -> putVariable(protocol, PercentCodec.decode(text, from, to));
      case ONION -> putOnion(protocol, from, to, 16);
      case ONION3 -> putOnion(protocol, from, to, 56);
      case GARLIC64 -> putVariable(protocol, I2pCodec.decodeBase64(text.substring(from, to)));
      case GARLIC32 -> putVariable(protocol, I2pCodec.decodeBase32(text.substring(from, to)));
      case MEMORY -> putMemory(from, to);
      default -> throw new IllegalStateException("no value form of " + protocol);
    }
  }

  private void putPeerId(int from, int to) throws WireFormatException {
    int length;
    if (PeerId.isBase58Form(text, from)) {
      ensure(1 + PeerId.MAX_BYTES);
      if (to - from > PeerId.MAX_CHARS) {
        throw bad(Protocol.P2P, from, to, "a peer id");
      }
      int end = Base58.decode(text, from, to, out, at + 1);
      PeerId.validate(out, at + 1, end);
      length = end - at - 1;
    } else {
      byte[] id = PeerId.parse(text.substring(from, to)).toBytes();
      ensure(1 + id.length);
      System.arraycopy(id, 0, out, at + 1, id.length);
      length = id.length;
    }
    out[at] = (byte) length;
    at += 1 + length;
  }

  private void putOnion(Protocol protocol, int from, int to, int addressChars)
      throws WireFormatException {
    int colon = from + addressChars;
    if (colon >= to || text.charAt(colon) != ':') {
      throw bad(protocol, from, to, addressChars + " characters of base32, a colon and a port");
    }
    byte[] address = Multibase.decode(Multibase.BASE32.prefix() + text.substring(from, colon));
    int port = decimal(protocol, colon + 1, to, 0xffff);
    if (port == 0) {
      throw bad(protocol, from, to, "a port from 1 to 65535");
    }
    ensure(address.length + 2);
    System.arraycopy(address, 0, out, at, address.length);
    at += address.length;
    putShort(port);
  }

  private void putMemory(int from, int to) throws WireFormatException {
    long value;
    try {
      value = Long.parseUnsignedLong(text, from, to, 10);
    } catch (NumberFormatException e) {
      throw bad(Protocol.MEMORY, from, to, "an unsigned 64-bit number");
    }
    putInt((int) (value >>> 32));
    putInt((int) value);
  }

  private void putText(Protocol protocol, int from, int to) throws WireFormatException {
    int length = to - from;
    for (int i = from; i < to; i++) {
      if (text.charAt(i) >= 0x80) {
        putVariable(protocol, utf8(protocol, from, to));
        return;
      }
    }
    int valueFrom = putLength(length);
    for (int i = from; i < to; i++) {
      out[at++] = (byte) text.charAt(i);
    }
    BinaryForm.checkValue(protocol, out, valueFrom, at);
  }

  private byte[] utf8(Protocol protocol, int from, int to) throws WireFormatException {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text, from, to));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw bad(protocol, from, to, "text without unpaired surrogates");
    }
  }

  private void putVariable(Protocol protocol, byte[] value) throws WireFormatException {
    int valueFrom = putLength(value.length);
    System.arraycopy(value, 0, out, at, value.length);
    at += value.length;
    BinaryForm.checkValue(protocol, out, valueFrom, at);
  }

  private int putLength(int length) {
    ensure(UnsignedVarint.MAX_BYTES + length);
    at = UnsignedVarint.write(length, out, at);
    return at;
  }

  private void putInt(int value) {
    putShort(value >>> 16);
    putShort(value);
  }

  private void putShort(int value) {
    out[at++] = (byte) (value >>> 8);
    out[at++] = (byte) value;
  }

  private void ensure(int more) {
    if (more > out.length - at) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, at + more));
    }
  }

  private int decimal(Protocol protocol, int from, int to, int max) throws WireFormatException {
    int value = 0;
    boolean valid = from < to && to - from <= 5;
    for (int i = from; valid && i < to; i++) {
      int digit = text.charAt(i) - '0';
      valid = digit >= 0 && digit <= 9;
      value = value * 10 + digit;
    }
    if (!valid || value > max) {
      throw bad(protocol, from, to, "a number from 0 to " + max);
    }
    return value;
  }

  private WireFormatException bad(Protocol protocol, int from, int to, String allowed) {
    return new WireFormatException(
        "multiaddr component "
            + protocol
            + " has the value "
            + quote(from, to)
            + ", allowed "
            + allowed);
  }

  /** A piece of the text that is short and has no control characters, for messages. */
  private String quote(int from, int to) {
    var quoted = new StringBuilder("\"");
    int end = Math.min(to, from + MAX_QUOTED);
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      quoted.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return quoted.append(end < to ? "...\"" : "\"").toString();
  }
}
