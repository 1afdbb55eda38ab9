package io.ethpeerflow.wire.protobuf;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads one protobuf message, field by field, and allocates nothing for a length that is merely
 * claimed.
 *
 * <pre>{@code
 * var in = ProtoReader.of(message);
 * while (in.next()) {
 *   switch (in.field()) {
 *     case 1 -> key = in.bytes(MAX_KEY_BYTES);
 *     case 2 -> sequence = in.varint();
 *     default -> {} // unknown fields are skipped
 *   }
 * }
 * }</pre>
 *
 * <p>As in every protobuf reader, fields come in any order, may repeat (the last one of a singular
 * field counts), and varints may be longer than necessary, up to 10 bytes. Groups are refused. A
 * message of n bytes has at most n/2 fields, so the bound on the message bounds the loop; a bound
 * on repeated fields is the caller's.
 *
 * <p>Not thread-safe. Reader indices of the given buffer do not move.
 */
public final class ProtoReader {
  private static final int MAX_VARINT_BYTES = 10;

  private final ByteBuf in;
  private final int end;
  private int at;
  private int field;
  private int wireType;
  private boolean valuePending;

  private ProtoReader(ByteBuf in, int from, int end) {
    this.in = in;
    this.at = from;
    this.end = end;
  }

  /** Reads the message that is the whole of {@code message}, which must not change meanwhile. */
  public static ProtoReader of(byte[] message) {
    return new ProtoReader(Unpooled.wrappedBuffer(message), 0, message.length);
  }

  /**
   * Reads the message that is all readable bytes of a buffer.
   *
   * @param message borrowed as long as this reader and the slices it returns are used
   */
  public static ProtoReader of(ByteBuf message) {
    return new ProtoReader(message, message.readerIndex(), message.writerIndex());
  }

  /**
   * Reads the message that is {@code bytes[from..from+length)} of a buffer, whatever its indices.
   *
   * @param buffer borrowed as long as this reader and the slices it returns are used
   * @throws IndexOutOfBoundsException if the buffer does not hold these bytes
   */
  public static ProtoReader of(ByteBuf buffer, int from, int length) {
    Objects.checkFromIndexSize(from, length, buffer.capacity());
    return new ProtoReader(buffer, from, from + length);
  }

  /**
   * Moves to the next field; a value that was not read is skipped.
   *
   * @return false at the end of the message
   * @throws WireFormatException if the message is truncated or has a tag that is not one
   */
  public boolean next() throws WireFormatException {
    if (valuePending) {
      skip();
    }
    if (at == end) {
      return false;
    }
    long tag = rawVarint();
    if (tag >>> 32 != 0 || tag >>> 3 == 0) {
      throw new WireFormatException(
          "protobuf tag 0x" + Long.toHexString(tag) + " has no field number from 1 to 2^29-1");
    }
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (wireType == 3 || wireType == 4 || wireType > WireType.FIXED32) {
      throw new WireFormatException(
          "protobuf field " + field + " has wire type " + wireType + ", allowed 0, 1, 2 and 5");
    }
    valuePending = true;
    return true;
  }

  /** Number of the current field, 1 to 2<sup>29</sup>-1. */
  public int field() {
    return field;
  }

  /**
   * The value of the current field as the 64 bits of a varint: int64, uint64 or an enum.
   *
   * @throws WireFormatException if it has another wire type, is truncated or longer than 64 bits
   */
  public long varint() throws WireFormatException {
    expect(WireType.VARINT);
    return rawVarint();
  }

  /**
   * The value of the current field as an unsigned number up to a bound.
   *
   * @throws WireFormatException if it has another wire type, is malformed or exceeds {@code max}
   */
  public int uint(int max) throws WireFormatException {
    long value = varint();
    if (value < 0 || value > max) {
      throw new WireFormatException(
          "protobuf field "
              + field
              + " is "
              + Long.toUnsignedString(value)
              + ", at most "
              + max
              + " allowed");
    }
    return (int) value;
  }

  /**
   * The value of the current field as a bool.
   *
   * @throws WireFormatException if it has another wire type or is malformed
   */
  public boolean bool() throws WireFormatException {
    return varint() != 0;
  }

  /**
   * The value of the current field as 64 bits, little-endian on the wire: fixed64, sfixed64 or the
   * bits of a double.
   *
   * @throws WireFormatException if it has another wire type or is truncated
   */
  public long fixed64() throws WireFormatException {
    expect(WireType.FIXED64);
    int from = take(8);
    return in.getLongLE(from);
  }

  /**
   * The value of the current field as 32 bits, little-endian on the wire: fixed32, sfixed32 or the
   * bits of a float.
   *
   * @throws WireFormatException if it has another wire type or is truncated
   */
  public int fixed32() throws WireFormatException {
    expect(WireType.FIXED32);
    int from = take(4);
    return in.getIntLE(from);
  }

  /**
   * The value of the current field as a fresh array.
   *
   * @param maxBytes the longest value that is acceptable; checked before anything is allocated
   * @throws WireFormatException if it has another wire type, is truncated or longer
   */
  public byte[] bytes(int maxBytes) throws WireFormatException {
    int length = length(maxBytes);
    byte[] value = new byte[length];
    in.getBytes(at, value);
    at += length;
    return value;
  }

  /**
   * The value of the current field as a view on the message.
   *
   * @param maxBytes the longest value that is acceptable
   * @return a slice that shares the reference count of the message: borrowed, like the message
   * @throws WireFormatException if it has another wire type, is truncated or longer
   */
  public ByteBuf slice(int maxBytes) throws WireFormatException {
    int length = length(maxBytes);
    ByteBuf slice = in.slice(at, length);
    at += length;
    return slice;
  }

  /**
   * Skips the value of the current field, which lies right before {@link #position} then.
   *
   * @param maxBytes the longest value that is acceptable
   * @return its length in bytes
   * @throws WireFormatException if it has another wire type, is truncated or longer
   */
  public int skipBytes(int maxBytes) throws WireFormatException {
    int length = length(maxBytes);
    at += length;
    return length;
  }

  /** Index in the buffer or array of the first byte that was not read yet. */
  public int position() {
    return at;
  }

  /**
   * The value of the current field as text.
   *
   * @param maxBytes the longest value that is acceptable, in UTF-8
   * @throws WireFormatException if it has another wire type, is truncated, longer or not UTF-8
   */
  public String string(int maxBytes) throws WireFormatException {
    byte[] value = bytes(maxBytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new WireFormatException(
          "protobuf field " + field + " of " + value.length + " bytes is not UTF-8");
    }
  }

  /**
   * A reader of the message that is the value of the current field. Both readers may be used in
   * turn.
   *
   * @param maxBytes the longest message that is acceptable
   * @throws WireFormatException if it has another wire type, is truncated or longer
   */
  public ProtoReader message(int maxBytes) throws WireFormatException {
    int length = length(maxBytes);
    var inner = new ProtoReader(in, at, at + length);
    at += length;
    return inner;
  }

  /**
   * Skips the value of the current field.
   *
   * @throws WireFormatException if it is truncated or malformed
   */
  public void skip() throws WireFormatException {
    switch (wireType) {
      case WireType.VARINT -> varint();
      case WireType.FIXED64 -> fixed64();
      case WireType.FIXED32 -> fixed32();
      default -> {
        int length = length(Integer.MAX_VALUE);
        at += length;
      }
    }
  }

  private int length(int maxBytes) throws WireFormatException {
    expect(WireType.BYTES);
    long length = rawVarint();
    if (length < 0 || length > maxBytes) {
      throw new WireFormatException(
          "protobuf field "
              + field
              + " of "
              + Long.toUnsignedString(length)
              + " bytes exceeds the "
              + maxBytes
              + " allowed");
    }
    if (length > end - at) {
      throw truncated((int) length);
    }
    return (int) length;
  }

  private void expect(int type) throws WireFormatException {
    if (!valuePending) {
      throw new IllegalStateException("the value of field " + field + " was read already");
    }
    if (wireType != type) {
      throw new WireFormatException(
          "protobuf field " + field + " has wire type " + wireType + ", allowed " + type);
    }
    valuePending = false;
  }

  private int take(int bytes) throws WireFormatException {
    if (bytes > end - at) {
      throw truncated(bytes);
    }
    int from = at;
    at += bytes;
    return from;
  }

  private WireFormatException truncated(int needed) {
    return new WireFormatException(
        "protobuf field "
            + field
            + " needs "
            + needed
            + " bytes, "
            + (end - at)
            + " are left in the message");
  }

  private long rawVarint() throws WireFormatException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (at == end) {
        throw new WireFormatException("protobuf varint is truncated after " + i + " bytes");
      }
      byte b = in.getByte(at++);
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        if (i == MAX_VARINT_BYTES - 1 && b > 1) {
          throw new WireFormatException("protobuf varint exceeds 64 bits");
        }
        return value;
      }
    }
    throw new WireFormatException(
        "protobuf varint exceeds the " + MAX_VARINT_BYTES + " bytes allowed");
  }
}
