package io.ethpeerflow.testkit.attack;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** What attacks are put together from: parts, varints, protobuf fields. */
public final class Bytes {
  private static final int LENGTH_DELIMITED = 2;
  private static final int MAX_VARINT_BYTES = 10;

  private Bytes() {}

  /** One after the other. */
  public static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** So many times the same. */
  public static byte[] repeat(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }

  /** From ints, for the bytes a test writes down. */
  public static byte[] of(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** The first bytes. */
  public static byte[] first(byte[] bytes, int count) {
    return Arrays.copyOf(bytes, count);
  }

  /** Without the first bytes. */
  public static byte[] from(byte[] bytes, int start) {
    return Arrays.copyOfRange(bytes, start, bytes.length);
  }

  /** A minimal unsigned varint; all 64 bits are taken, unsigned. */
  public static byte[] uvarint(long value) {
    var out = new ByteArrayOutputStream(MAX_VARINT_BYTES);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  /** Reads an unsigned varint of at most ten bytes. */
  public static long readUvarint(Wire wire) {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      byte next = wire.read(1)[0];
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new AssertionError("the remote sent a varint of more than ten bytes");
  }

  /** A protobuf field of bytes. */
  public static byte[] field(int number, byte[] value) {
    return join(claimedField(number, value.length), value);
  }

  /** The start of a protobuf field of bytes: its tag and its length, whatever follows. */
  public static byte[] claimedField(int number, long length) {
    return join(uvarint((long) number << 3 | LENGTH_DELIMITED), uvarint(length));
  }

  /** A message with its length in front. */
  public static byte[] framed(byte[] message) {
    return join(uvarint(message.length), message);
  }
}
