package io.ethpeerflow.multistream;

import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** The text of messages, and how they are written: uvarint length, UTF-8, newline. */
final class Messages {
  static final String HEADER = "/multistream/1.0.0";
  static final String NOT_AVAILABLE = "na";
  static final String LIST = "ls";

  private static final int MAX_PREVIEW = 64;

  private Messages() {}

  /** The length of a message, its prefix not counted. */
  static int length(ProtocolId id) {
    return id.sizeBytes() + 1;
  }

  // [spec multistream/frame-1]
  static void write(ProtocolId id, ByteBuf out) {
    UnsignedVarint.write(length(id), out);
    id.writeTo(out);
    out.writeByte('\n');
  }

  static void write(String ascii, ByteBuf out) {
    UnsignedVarint.write(ascii.length() + 1, out);
    ByteBufUtil.writeAscii(out, ascii);
    out.writeByte('\n');
  }

  /** Whether {@code buffer[start..start+length)} holds exactly this text. */
  static boolean matches(String text, ByteBuf buffer, int start, int length) {
    if (text.length() > length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return ByteBufUtil.utf8Bytes(text) == length
            && text.equals(buffer.toString(start, length, StandardCharsets.UTF_8));
      }
      if (buffer.getByte(start + i) != c) {
        return false;
      }
    }
    return text.length() == length;
  }

  /** What a log may show of bytes that a peer chose. */
  static String preview(ByteBuf buffer, int start, int length) {
    int shown = Math.min(length, MAX_PREVIEW);
    var text = new StringBuilder(shown + 16).append('"');
    for (int i = 0; i < shown; i++) {
      int b = buffer.getUnsignedByte(start + i);
      if (b < 0x20 || b >= 0x7f || b == '"' || b == '\\') {
        text.append("\\x").append(Character.forDigit(b >> 4, 16));
        text.append(Character.forDigit(b & 15, 16));
      } else {
        text.append((char) b);
      }
    }
    text.append('"');
    return shown == length ? text.toString() : text + " and " + (length - shown) + " bytes more";
  }
}
