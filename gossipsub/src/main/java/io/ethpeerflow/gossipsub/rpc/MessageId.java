package io.ethpeerflow.gossipsub.rpc;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The id of a message: bytes, never text. Immutable.
 *
 * <p>Ordered by unsigned bytes, so that hash maps stay fast when ids are ground to collide.
 */
public final class MessageId implements Comparable<MessageId> {
  private final byte[] bytes;
  private final int hash;

  private MessageId(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /** The id that is a copy of {@code bytes}. */
  public static MessageId of(byte[] bytes) {
    return new MessageId(bytes.clone());
  }

  /** The id that is a copy of {@code bytes[from..to)}. */
  public static MessageId of(byte[] bytes, int from, int to) {
    return new MessageId(Arrays.copyOfRange(bytes, from, to));
  }

  /** The bytes: a fresh array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves, to be read only. */
  public byte[] array() {
    return bytes;
  }

  /** Number of bytes. */
  public int sizeBytes() {
    return bytes.length;
  }

  /** Copies the bytes into {@code out}, where they begin at {@code at}. */
  public void copyTo(byte[] out, int at) {
    System.arraycopy(bytes, 0, out, at, bytes.length);
  }

  /** Whether the id is {@code other[from..to)}. */
  public boolean contentEquals(byte[] other, int from, int to) {
    return Arrays.equals(bytes, 0, bytes.length, other, from, to);
  }

  @Override
  public int compareTo(MessageId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof MessageId that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The bytes in hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
