package io.ethpeerflow.gossipsub.rpc;

import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A published message: one array with its protobuf form, and where each field lies in it.
 *
 * <p>The array is copied once, from the frame that it arrived in, and belongs to the collector: a
 * message may be kept, delivered to any thread and forwarded to any number of peers without a
 * reference count, and forwarding it encodes nothing. Its form is canonical (fields ascending, each
 * once, minimal lengths, nothing unknown); what arrives in another form is brought into this one.
 * Therefore what a signature covers, fields 1 to 4, is a prefix of the array.
 *
 * <p>A field can be absent, which differs from empty: signing policies ask for it. Immutable.
 */
public final class Message {
  // [spec pubsub/message]
  static final int FROM = 1;
  static final int DATA = 2;
  static final int SEQNO = 3;
  static final int TOPIC = 4;
  static final int SIGNATURE = 5;
  static final int KEY = 6;

  private static final int ABSENT = -1;

  private final byte[] encoded;
  // by field: where its value begins and ends, ABSENT when there is none
  private final int[] from;
  private final int[] to;
  private final TopicId topic;

  private Message(byte[] encoded, int[] from, int[] to) {
    this.encoded = encoded;
    this.from = from;
    this.to = to;
    this.topic =
        from[TOPIC] == ABSENT ? TopicId.EMPTY : TopicId.of(encoded, from[TOPIC], to[TOPIC]);
  }

  /** A message with a topic and data and no other field. */
  public static Message unsigned(TopicId topic, byte[] data) {
    return of(null, data, null, topic, null, null);
  }

  /** A message of the given fields; those that are null are absent. All are copied. */
  public static Message of(
      byte @Nullable [] from,
      byte @Nullable [] data,
      byte @Nullable [] seqno,
      @Nullable TopicId topic,
      byte @Nullable [] signature,
      byte @Nullable [] key) {
    return of(
        new byte[] @Nullable [] {
          null, from, data, seqno, topic == null ? null : topic.toBytes(), signature, key
        });
  }

  private static Message of(byte[] @Nullable [] fields) {
    int size = 0;
    for (int field = FROM; field <= KEY; field++) {
      byte[] value = fields[field];
      if (value != null) {
        size = Math.addExact(size, ProtoWriter.sizeOfBytes(field, value.length));
      }
    }
    byte[] encoded = new byte[size];
    int[] from = absent();
    int[] to = absent();
    int at = 0;
    for (int field = FROM; field <= KEY; field++) {
      byte[] value = fields[field];
      if (value != null) {
        from[field] = Fields.header(field, value.length, encoded, at);
        at = from[field] + value.length;
        System.arraycopy(value, 0, encoded, from[field], value.length);
        to[field] = at;
      }
    }
    return new Message(encoded, from, to);
  }

  /**
   * Takes {@code bytes}, a message in any form, and where the last occurrence of each field lies in
   * it.
   */
  static Message canonical(byte[] bytes, int[] from, int[] to) {
    int size = 0;
    int end = 0;
    boolean ascending = true;
    for (int field = FROM; field <= KEY; field++) {
      if (from[field] != ABSENT) {
        size += ProtoWriter.sizeOfBytes(field, to[field] - from[field]);
        ascending &= from[field] > end;
        end = to[field];
      }
    }
    // [spec pubsub/unknown-fields] nothing unknown, nothing twice and nothing longer than need be:
    // the sizes would differ
    if (ascending && size == bytes.length) {
      return new Message(bytes, from, to);
    }
    byte[] @Nullable [] fields = new byte[KEY + 1][];
    for (int field = FROM; field <= KEY; field++) {
      if (from[field] != ABSENT) {
        fields[field] = Arrays.copyOfRange(bytes, from[field], to[field]);
      }
    }
    return of(fields);
  }

  static int[] absent() {
    int[] positions = new int[KEY + 1];
    Arrays.fill(positions, ABSENT);
    return positions;
  }

  /** The topic; {@link TopicId#EMPTY} also when the field is absent. */
  public TopicId topic() {
    return topic;
  }

  /** Whether the message names a topic. */
  public boolean hasTopic() {
    return has(TOPIC);
  }

  /** The author's peer id as it was sent, or null when absent: a fresh array. */
  public byte @Nullable [] from() {
    return copy(FROM);
  }

  /** Whether {@code from} is present, be it empty. */
  public boolean hasFrom() {
    return has(FROM);
  }

  /** The payload, empty when absent: a fresh array. */
  public byte[] data() {
    byte[] data = copy(DATA);
    return data == null ? new byte[0] : data;
  }

  /** Length of the payload in bytes. */
  public int dataBytes() {
    return has(DATA) ? to[DATA] - from[DATA] : 0;
  }

  /**
   * The payload without a copy.
   *
   * @return gives a read-only buffer over the collector's memory; releasing it is not necessary
   */
  public ByteBuf dataBuffer() {
    return has(DATA)
        ? Unpooled.wrappedBuffer(encoded, from[DATA], dataBytes()).asReadOnly()
        : Unpooled.EMPTY_BUFFER;
  }

  /** The sequence number as it was sent, or null when absent: a fresh array. */
  public byte @Nullable [] seqno() {
    return copy(SEQNO);
  }

  /** Whether {@code seqno} is present, be it empty. */
  public boolean hasSeqno() {
    return has(SEQNO);
  }

  /** The signature, or null when absent: a fresh array. */
  public byte @Nullable [] signature() {
    return copy(SIGNATURE);
  }

  /** Whether {@code signature} is present, be it empty. */
  public boolean hasSignature() {
    return has(SIGNATURE);
  }

  /** The author's public key in protobuf form, or null when absent: a fresh array. */
  public byte @Nullable [] key() {
    return copy(KEY);
  }

  /** Whether {@code key} is present, be it empty. */
  public boolean hasKey() {
    return has(KEY);
  }

  /** The protobuf form: a fresh array. */
  public byte[] toBytes() {
    return encoded.clone();
  }

  /** Length of the protobuf form in bytes. */
  public int sizeBytes() {
    return encoded.length;
  }

  /**
   * The protobuf form without a copy.
   *
   * @return gives a buffer over the collector's memory, to be read only; releasing it is not
   *     necessary
   */
  public ByteBuf buffer() {
    return Unpooled.wrappedBuffer(encoded);
  }

  /** {@code prefix} and then fields 1 to 4 in protobuf form, which is what is signed. */
  public byte[] withoutSignatureAndKey(byte[] prefix) {
    int end = 0;
    for (int field = FROM; field <= TOPIC; field++) {
      end = Math.max(end, to[field]);
    }
    byte[] result = Arrays.copyOf(prefix, prefix.length + end);
    System.arraycopy(encoded, 0, result, prefix.length, end);
    return result;
  }

  /** {@code from} and then {@code seqno}, each nothing when absent: a fresh array. */
  public byte[] fromAndSeqno() {
    int fromBytes = has(FROM) ? to[FROM] - from[FROM] : 0;
    int seqnoBytes = has(SEQNO) ? to[SEQNO] - from[SEQNO] : 0;
    byte[] result = new byte[fromBytes + seqnoBytes];
    System.arraycopy(encoded, Math.max(0, from[FROM]), result, 0, fromBytes);
    System.arraycopy(encoded, Math.max(0, from[SEQNO]), result, fromBytes, seqnoBytes);
    return result;
  }

  int fieldSize(int field) {
    return ProtoWriter.sizeOfBytes(field, encoded.length);
  }

  void writeField(int field, ByteBuf out) {
    Fields.bytes(field, encoded, out);
  }

  private boolean has(int field) {
    return from[field] != ABSENT;
  }

  private byte @Nullable [] copy(int field) {
    return has(field) ? Arrays.copyOfRange(encoded, from[field], to[field]) : null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof Message that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  /** Topic and length; never the payload. */
  @Override
  public String toString() {
    return "message of " + encoded.length + " bytes on " + topic;
  }
}
