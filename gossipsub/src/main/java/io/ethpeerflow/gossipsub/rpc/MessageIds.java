package io.ethpeerflow.gossipsub.rpc;

import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ids of one IHAVE, IWANT or IDONTWANT, back to back in one array: five thousand ids are two
 * objects, and one that is looked up and not kept is none. Immutable.
 */
public final class MessageIds {
  /** No ids. */
  public static final MessageIds NONE = new MessageIds(new byte[0], new int[] {0});

  private final byte[] bytes;
  private final int[] bounds;

  /** Takes both arrays; id i is {@code bytes[bounds[i]..bounds[i+1])}. */
  MessageIds(byte[] bytes, int[] bounds) {
    this.bytes = bytes;
    this.bounds = bounds;
  }

  /** The given ids in their order. */
  public static MessageIds of(Collection<MessageId> ids) {
    int[] bounds = new int[ids.size() + 1];
    int count = 0;
    for (MessageId id : ids) {
      bounds[count + 1] = Math.addExact(bounds[count], id.sizeBytes());
      count++;
    }
    byte[] bytes = new byte[bounds[count]];
    count = 0;
    for (MessageId id : ids) {
      id.copyTo(bytes, bounds[count++]);
    }
    return new MessageIds(bytes, bounds);
  }

  /** The given ids in their order. */
  public static MessageIds of(MessageId... ids) {
    return of(Arrays.asList(ids));
  }

  /** How many ids there are. */
  public int count() {
    return bounds.length - 1;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return bounds.length == 1;
  }

  /**
   * The array that all ids lie in: to be read between {@link #from} and {@link #to} only, and never
   * written.
   */
  public byte[] array() {
    return bytes;
  }

  /**
   * Where an id begins in {@link #array}.
   *
   * @throws IndexOutOfBoundsException if there is no id {@code index}
   */
  public int from(int index) {
    return bounds[index];
  }

  /**
   * Where an id ends in {@link #array}.
   *
   * @throws IndexOutOfBoundsException if there is no id {@code index}
   */
  public int to(int index) {
    return bounds[index + 1];
  }

  /**
   * One id as an object of its own.
   *
   * @throws IndexOutOfBoundsException if there is no id {@code index}
   */
  public MessageId get(int index) {
    return MessageId.of(bytes, from(index), to(index));
  }

  /** All ids as objects of their own. */
  public List<MessageId> toList() {
    List<MessageId> ids = new ArrayList<>(count());
    for (int i = 0; i < count(); i++) {
      ids.add(get(i));
    }
    return ids;
  }

  /**
   * The ids from {@code from} up to {@code to}, without copying their bytes.
   *
   * @throws IndexOutOfBoundsException if there are not so many ids
   */
  public MessageIds range(int from, int to) {
    Objects.checkFromToIndex(from, to, count());
    return from == 0 && to == count()
        ? this
        : new MessageIds(bytes, Arrays.copyOfRange(bounds, from, to + 1));
  }

  int fieldSize(int field, int index) {
    return ProtoWriter.sizeOfBytes(field, to(index) - from(index));
  }

  int fieldsSize(int field) {
    int size = 0;
    for (int i = 0; i < count(); i++) {
      size = Math.addExact(size, fieldSize(field, i));
    }
    return size;
  }

  void writeFields(int field, ByteBuf out) {
    for (int i = 0; i < count(); i++) {
      Fields.header(field, to(i) - from(i), out);
      out.writeBytes(bytes, from(i), to(i) - from(i));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof MessageIds that) || count() != that.count()) {
      return false;
    }
    for (int i = 0; i < count(); i++) {
      if (!Arrays.equals(bytes, from(i), to(i), that.bytes, that.from(i), that.to(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return toList().hashCode();
  }

  @Override
  public String toString() {
    return count() + " message ids";
  }
}
