package io.ethpeerflow.core.suite;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * An endless sequence of bytes that follows from a number, so that any part of a long transfer can
 * be checked without keeping it.
 */
public final class Pattern {
  private final int number;

  /** The sequence with that number; sequences of different numbers differ almost everywhere. */
  public Pattern(int number) {
    this.number = number;
  }

  private long eightAt(long index) {
    long z = (index + 1) * 0x9e3779b97f4a7c15L + number * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 31)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 29);
  }

  /** The byte at a position. */
  public byte at(long position) {
    return (byte) (eightAt(position >> 3) >>> ((position & 7) << 3));
  }

  /** The bytes from a position on. */
  public byte[] bytes(long from, int length) {
    byte[] bytes = new byte[length];
    long eight = eightAt(from >> 3);
    for (int i = 0; i < length; i++) {
      long position = from + i;
      if ((position & 7) == 0) {
        eight = eightAt(position >> 3);
      }
      bytes[i] = (byte) (eight >>> ((position & 7) << 3));
    }
    return bytes;
  }

  /** The bytes from a position on; gives the buffer. */
  public ByteBuf buffer(ByteBufAllocator allocator, long from, int length) {
    return allocator.buffer(Math.max(1, length)).writeBytes(bytes(from, length));
  }

  /** Where readable bytes first differ from the sequence, counted from their start, or -1. */
  public int mismatch(long from, ByteBuf data) {
    byte[] expected = bytes(from, data.readableBytes());
    byte[] actual = new byte[expected.length];
    data.getBytes(data.readerIndex(), actual);
    return Arrays.mismatch(expected, actual);
  }
}
