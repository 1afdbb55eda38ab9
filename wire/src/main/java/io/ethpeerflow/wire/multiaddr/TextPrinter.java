package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.multiformats.Base58;
import io.ethpeerflow.wire.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Binary to text form, for bytes that {@link BinaryForm} accepted. */
final class TextPrinter {
  private TextPrinter() {}

  static String print(byte[] bytes) {
    if (bytes.length == 0) {
      return "/";
    }
    var out = new StringBuilder(bytes.length * 2 + 24);
    var cursor = new Cursor(bytes);
    while (cursor.next()) {
      Protocol protocol = cursor.protocol;
      out.append('/').append(protocol.text());
      if (protocol.hasValue()) {
        if (protocol != Protocol.UNIX) {
          out.append('/');
        }
        appendValue(protocol, bytes, cursor.valueFrom, cursor.valueTo, out);
      }
    }
    return out.toString();
  }

  /** Appends the value alone; that of {@code unix} begins with its slash. */
  static void appendValue(Protocol protocol, byte[] bytes, int from, int to, StringBuilder out) {
    switch (protocol) {
      case IP4 -> IpText.appendIp4(bytes, from, out);
      case IP6 -> IpText.appendIp6(bytes, from, out);
      case TCP, UDP, SCTP, DCCP -> out.append(unsignedShort(bytes, from));
      case IPCIDR -> out.append(bytes[from] & 0xff);
      case DNS, DNS4, DNS6, DNSADDR, SNI, IP6ZONE, UNIX ->
          out.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      case P2P -> out.append(Base58.encode(bytes, from, to));
      case CERTHASH -> out.append(Multibase.BASE64URL.encode(Arrays.copyOfRange(bytes, from, to)));
      case HTTP_PATH -> PercentCodec.append(bytes, from, to, out);
      case ONION, ONION3 ->
          out.append(I2pCodec.encodeBase32(Arrays.copyOfRange(bytes, from, to - 2)))
              .append(':')
              .append(unsignedShort(bytes, to - 2));
      case GARLIC64 -> out.append(I2pCodec.encodeBase64(Arrays.copyOfRange(bytes, from, to)));
      case GARLIC32 -> out.append(I2pCodec.encodeBase32(Arrays.copyOfRange(bytes, from, to)));
      case MEMORY -> out.append(Long.toUnsignedString(unsignedLong(bytes, from)));
      default -> throw new IllegalStateException("no value form of " + protocol);
    }
  }

  static int unsignedShort(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  static long unsignedLong(byte[] bytes, int at) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[at + i] & 0xff);
    }
    return value;
  }
}
