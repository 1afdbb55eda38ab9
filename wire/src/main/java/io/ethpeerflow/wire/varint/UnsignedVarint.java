package io.ethpeerflow.wire.varint;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;

/**
 * The unsigned varint of multiformats: base-128 groups, least significant first, at most 9 bytes,
 * so values from 0 to 2<sup>63</sup>-1. Only the shortest encoding of a value is valid.
 *
 * <p>Protobuf's own varints follow other rules; {@link io.ethpeerflow.wire.protobuf.ProtoReader}
 * reads those.
 */
public final class UnsignedVarint {
  /** Longest encoding in bytes. */
  public static final int MAX_BYTES = 9;

  /**
   * Result of the {@code tryRead} methods when the input ends inside a varint that is valid so far.
   */
  public static final int INCOMPLETE = -1;

  private UnsignedVarint() {}

  /**
   * The length of the encoding of a value, 1 to 9 bytes. As encodings are minimal, it is also the
   * number of bytes that reading this value took.
   *
   * @throws IllegalArgumentException if the value is negative
   */
  public static int size(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("value: " + value + " < 0");
    }
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  /**
   * Appends the encoding of a value.
   *
   * @param out borrowed; written at its writer index
   * @throws IllegalArgumentException if the value is negative
   */
  public static void write(long value, ByteBuf out) {
    if (value < 0) {
      throw new IllegalArgumentException("value: " + value + " < 0");
    }
    long rest = value;
    while (rest >= 0x80) {
      out.writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /**
   * Writes the encoding of a value into an array.
   *
   * @return the index after the last byte written
   * @throws IllegalArgumentException if the value is negative
   * @throws IndexOutOfBoundsException if the array ends first
   */
  public static int write(long value, byte[] out, int at) {
    if (value < 0) {
      throw new IllegalArgumentException("value: " + value + " < 0");
    }
    int next = at;
    long rest = value;
    while (rest >= 0x80) {
      out[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[next++] = (byte) rest;
    return next;
  }

  /**
   * Reads a varint from {@code in[from..to)}. {@code size(result)} bytes were used.
   *
   * @throws WireFormatException if the varint is truncated, not minimal or longer than 9 bytes
   */
  public static long read(byte[] in, int from, int to) throws WireFormatException {
    long value = tryRead(in, from, to);
    if (value == INCOMPLETE) {
      throw truncated(to - from);
    }
    return value;
  }

  /**
   * Reads a varint from {@code in[from..to)}. {@code size(result)} bytes were used.
   *
   * @return the value, or {@link #INCOMPLETE} if more bytes are needed
   * @throws WireFormatException if no further bytes can make it valid
   */
  public static long tryRead(byte[] in, int from, int to) throws WireFormatException {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (from + i >= to) {
        return INCOMPLETE;
      }
      byte b = in[from + i];
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        if (b == 0 && i > 0) {
          throw notMinimal(i + 1);
        }
        return value;
      }
    }
    throw tooLong();
  }

  /**
   * Reads a varint at the reader index.
   *
   * @param in borrowed; on success its reader index moves behind the varint, on failure it stays
   * @throws WireFormatException if the varint is truncated, not minimal or longer than 9 bytes
   */
  public static long read(ByteBuf in) throws WireFormatException {
    long value = tryRead(in);
    if (value == INCOMPLETE) {
      throw truncated(in.readableBytes());
    }
    return value;
  }

  /**
   * Reads a varint at the reader index of a stream's accumulated input.
   *
   * @param in borrowed; on success its reader index moves behind the varint, otherwise it stays
   * @return the value, or {@link #INCOMPLETE} if more bytes are needed
   * @throws WireFormatException if no further bytes can make it valid
   */
  public static long tryRead(ByteBuf in) throws WireFormatException {
    int from = in.readerIndex();
    int available = in.readableBytes();
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (i >= available) {
        return INCOMPLETE;
      }
      byte b = in.getByte(from + i);
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        if (b == 0 && i > 0) {
          throw notMinimal(i + 1);
        }
        in.readerIndex(from + i + 1);
        return value;
      }
    }
    throw tooLong();
  }

  /**
   * Reads the length prefix of a frame from a stream's accumulated input.
   *
   * @param in borrowed; on success its reader index moves behind the prefix, otherwise it stays
   * @param maxLength the longest frame that is acceptable, in bytes
   * @return 0 to {@code maxLength}, or {@link #INCOMPLETE} if more bytes are needed
   * @throws WireFormatException if the prefix is malformed or announces more than {@code maxLength}
   */
  public static int tryReadLength(ByteBuf in, int maxLength) throws WireFormatException {
    int from = in.readerIndex();
    long length = tryRead(in);
    if (length > maxLength) {
      in.readerIndex(from);
      throw new WireFormatException(
          "length prefix of " + length + " bytes exceeds the " + maxLength + " allowed");
    }
    return (int) length;
  }

  private static WireFormatException truncated(int available) {
    return new WireFormatException("varint is truncated after " + available + " bytes");
  }

  private static WireFormatException notMinimal(int bytes) {
    return new WireFormatException(
        "varint of " + bytes + " bytes is not minimal: its last byte is zero");
  }

  private static WireFormatException tooLong() {
    return new WireFormatException("varint exceeds the " + MAX_BYTES + " bytes allowed");
  }
}
