package io.ethpeerflow.gossipsub.rpc;

import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of a topic as its bytes. The schema says string, but peers do not agree on whether bytes
 * that are not UTF-8 are refused; two topics are the same when their bytes are. Immutable.
 *
 * <p>Ordered by unsigned bytes, so that hash maps stay fast when names are ground to collide.
 */
public final class TopicId implements Comparable<TopicId> {
  /** The topic without a name, which is also what an absent field means. */
  public static final TopicId EMPTY = new TopicId(new byte[0]);

  private final byte[] bytes;
  private final int hash;

  private TopicId(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /** The topic with a name, which is UTF-8 on the wire. */
  public static TopicId of(String name) {
    return new TopicId(name.getBytes(StandardCharsets.UTF_8));
  }

  /** The topic whose name is a copy of {@code bytes}. */
  public static TopicId of(byte[] bytes) {
    return new TopicId(bytes.clone());
  }

  /** The topic whose name is a copy of {@code bytes[from..to)}. */
  public static TopicId of(byte[] bytes, int from, int to) {
    return new TopicId(Arrays.copyOfRange(bytes, from, to));
  }

  /** Takes an array that nobody else has. */
  static TopicId take(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new TopicId(bytes);
  }

  /** The name: a fresh array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Length of the name in bytes. */
  public int sizeBytes() {
    return bytes.length;
  }

  /** Whether the name is {@code other[from..to)}. */
  public boolean contentEquals(byte[] other, int from, int to) {
    return Arrays.equals(bytes, 0, bytes.length, other, from, to);
  }

  int fieldSize(int field) {
    return ProtoWriter.sizeOfBytes(field, bytes.length);
  }

  void writeField(int field, ByteBuf out) {
    Fields.bytes(field, bytes, out);
  }

  void writeTo(byte[] out, int at) {
    System.arraycopy(bytes, 0, out, at, bytes.length);
  }

  @Override
  public int compareTo(TopicId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof TopicId that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The name as text; bytes that are not UTF-8 are replaced. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
