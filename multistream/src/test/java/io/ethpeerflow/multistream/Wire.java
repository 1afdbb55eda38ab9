package io.ethpeerflow.multistream;

import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Transcripts written by hand, so that the tests do not lean on the code they test. */
final class Wire {
  static final String HEADER = "/multistream/1.0.0";

  private Wire() {}

  /** Messages, each with its length prefix and newline. */
  static byte[] messages(String... texts) {
    var out = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int length = bytes.length + 1;
      if (length >= 0x80) {
        out.write(length & 0x7f | 0x80);
        out.write(length >> 7);
      } else {
        out.write(length);
      }
      out.writeBytes(bytes);
      out.write('\n');
    }
    return out.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static ByteBuf buffer(byte... bytes) {
    return Unpooled.wrappedBuffer(bytes);
  }

  /** Takes and empties what was written. */
  static byte[] take(ByteBuf out) {
    var bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  static List<ProtocolId> ids(String... names) {
    return java.util.Arrays.stream(names).map(ProtocolId::of).toList();
  }
}
