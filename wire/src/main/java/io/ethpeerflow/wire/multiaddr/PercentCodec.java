package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.WireFormatException;
import java.util.Arrays;

/** RFC 3986 percent-encoding of bytes: letters, digits and {@code - . _ ~} stand for themselves. */
final class PercentCodec {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private PercentCodec() {}

  static byte[] decode(String text, int from, int to) throws WireFormatException {
    byte[] out = new byte[to - from];
    int at = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < to ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < to ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw new WireFormatException("percent sign without two hex digits behind it");
        }
        out[at++] = (byte) (high << 4 | low);
        i += 2;
      } else if (c > 0x20 && c < 0x7f) {
        out[at++] = (byte) c;
      } else {
        throw new WireFormatException(
            "character U+" + Integer.toHexString(c) + " must be percent-encoded");
      }
    }
    return Arrays.copyOf(out, at);
  }

  static void append(byte[] bytes, int from, int to, StringBuilder out) {
    for (int i = from; i < to; i++) {
      int b = bytes[i] & 0xff;
      if (b >= 'a' && b <= 'z'
          || b >= 'A' && b <= 'Z'
          || b >= '0' && b <= '9'
          || b == '-'
          || b == '.'
          || b == '_'
          || b == '~') {
        out.append((char) b);
      } else {
        out.append('%').append(HEX[b >>> 4]).append(HEX[b & 0xf]);
      }
    }
  }
}
