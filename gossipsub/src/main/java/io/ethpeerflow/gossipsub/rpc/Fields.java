package io.ethpeerflow.gossipsub.rpc;

import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;

/** Fields whose length is known before their content is written. */
final class Fields {
  private static final int BYTES = 2;

  private Fields() {}

  /** Tag and length of a field of bytes or of a message. */
  static void header(int field, int length, ByteBuf out) {
    UnsignedVarint.write((long) field << 3 | BYTES, out);
    UnsignedVarint.write(length, out);
  }

  static int header(int field, int length, byte[] out, int at) {
    return UnsignedVarint.write(
        length, out, UnsignedVarint.write((long) field << 3 | BYTES, out, at));
  }

  static void bytes(int field, byte[] value, ByteBuf out) {
    header(field, value.length, out);
    out.writeBytes(value);
  }

  static int boolSize(int field) {
    return ProtoWriter.sizeOfVarint(field, 1);
  }
}
