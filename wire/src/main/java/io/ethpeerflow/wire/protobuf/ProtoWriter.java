package io.ethpeerflow.wire.protobuf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes a protobuf message exactly as told: fields in the order of the calls, zeros included,
 * varints as short as possible. The same calls give the same bytes, so the result may be signed or
 * hashed.
 *
 * <p>Not thread-safe.
 */
public final class ProtoWriter {
  private static final int MAX_FIELD = (1 << 29) - 1;

  private final ByteBuf out;

  private ProtoWriter(ByteBuf out) {
    this.out = out;
  }

  /**
   * Writes at the writer index of a buffer.
   *
   * @param out borrowed as long as this writer is used
   */
  public static ProtoWriter on(ByteBuf out) {
    return new ProtoWriter(out);
  }

  /** The bytes of the message that {@code body} writes. */
  public static byte[] bytesOf(Consumer<ProtoWriter> body) {
    // unpooled heap memory is the collector's; there is nothing to release
    ByteBuf out = Unpooled.buffer(128);
    body.accept(new ProtoWriter(out));
    return ByteBufUtil.getBytes(out);
  }

  /** Writes an int64, uint64 or enum; a negative value takes 10 bytes. */
  public ProtoWriter varint(int field, long value) {
    tag(field, WireType.VARINT);
    rawVarint(value);
    return this;
  }

  /** Writes a bool. */
  public ProtoWriter bool(int field, boolean value) {
    return varint(field, value ? 1 : 0);
  }

  /** Writes a fixed64, sfixed64 or the bits of a double. */
  public ProtoWriter fixed64(int field, long bits) {
    tag(field, WireType.FIXED64);
    out.writeLongLE(bits);
    return this;
  }

  /** Writes a fixed32, sfixed32 or the bits of a float. */
  public ProtoWriter fixed32(int field, int bits) {
    tag(field, WireType.FIXED32);
    out.writeIntLE(bits);
    return this;
  }

  /** Writes bytes. */
  public ProtoWriter bytes(int field, byte[] value) {
    tag(field, WireType.BYTES);
    rawVarint(value.length);
    out.writeBytes(value);
    return this;
  }

  /**
   * Writes the readable bytes of a buffer.
   *
   * @param value borrowed; its reader index does not move
   */
  public ProtoWriter bytes(int field, ByteBuf value) {
    tag(field, WireType.BYTES);
    rawVarint(value.readableBytes());
    out.writeBytes(value, value.readerIndex(), value.readableBytes());
    return this;
  }

  /** Writes text as UTF-8. */
  public ProtoWriter string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the message that {@code body} writes. */
  public ProtoWriter message(int field, Consumer<ProtoWriter> body) {
    tag(field, WireType.BYTES);
    int lengthAt = out.writerIndex();
    out.writeByte(0);
    body.accept(this);
    int length = out.writerIndex() - lengthAt - 1;
    int more = sizeOfVarint(length) - 1;
    if (more > 0) {
      // longer than 127 bytes: make room for the rest of the length
      out.ensureWritable(more);
      int end = out.writerIndex() + more;
      byte[] content = ByteBufUtil.getBytes(out, lengthAt + 1, length);
      out.setBytes(lengthAt + 1 + more, content);
      out.writerIndex(lengthAt);
      rawVarint(length);
      out.writerIndex(end);
    } else {
      out.setByte(lengthAt, length);
    }
    return this;
  }

  /** Length of a varint field with its tag, in bytes. */
  public static int sizeOfVarint(int field, long value) {
    return sizeOfVarint((long) field << 3) + sizeOfVarint(value);
  }

  /** Length of a field of {@code length} bytes with its tag and length, in bytes. */
  public static int sizeOfBytes(int field, int length) {
    return sizeOfVarint((long) field << 3) + sizeOfVarint(length) + length;
  }

  private static int sizeOfVarint(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  private void tag(int field, int wireType) {
    if (field < 1 || field > MAX_FIELD) {
      throw new IllegalArgumentException("field: " + field + " is not from 1 to " + MAX_FIELD);
    }
    rawVarint((long) field << 3 | wireType);
  }

  private void rawVarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }
}
