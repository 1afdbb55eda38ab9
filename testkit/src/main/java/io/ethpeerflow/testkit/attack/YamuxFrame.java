package io.ethpeerflow.testkit.attack;

import java.nio.ByteBuffer;

/** A Yamux frame with any header, and a payload that need not be what the header claims. */
public final class YamuxFrame {
  /** Bytes of a header. */
  public static final int HEADER_BYTES = 12;

  /** What both sides of a stream may send before an update. */
  public static final int INITIAL_WINDOW_BYTES = 262_144;

  /** Types. */
  public static final int DATA = 0;

  public static final int WINDOW_UPDATE = 1;
  public static final int PING = 2;
  public static final int GO_AWAY = 3;

  /** Flags. */
  public static final int SYN = 1;

  public static final int ACK = 2;
  public static final int FIN = 4;
  public static final int RST = 8;

  private static final byte[] NOTHING = {};

  private final int version;
  private final int type;
  private final int flags;
  private final int streamId;
  private final long length;
  private final byte[] payload;

  /** Any header, any payload. */
  public YamuxFrame(int version, int type, int flags, int streamId, long length, byte[] payload) {
    this.version = version;
    this.type = type;
    this.flags = flags;
    this.streamId = streamId;
    this.length = length;
    this.payload = payload.clone();
  }

  /** Data with its payload. */
  public static YamuxFrame data(int flags, int streamId, byte[] payload) {
    return new YamuxFrame(0, DATA, flags, streamId, payload.length, payload);
  }

  /** The header of a data frame whose payload does not follow. */
  public static YamuxFrame claim(int flags, int streamId, long length) {
    return new YamuxFrame(0, DATA, flags, streamId, length, NOTHING);
  }

  /** A window update; with {@link #RST} its length is an error code. */
  public static YamuxFrame update(int flags, int streamId, long delta) {
    return new YamuxFrame(0, WINDOW_UPDATE, flags, streamId, delta, NOTHING);
  }

  /** A ping with {@link #SYN}, or its answer with {@link #ACK}. */
  public static YamuxFrame ping(int flags, long value) {
    return new YamuxFrame(0, PING, flags, 0, value, NOTHING);
  }

  /** The end of the session. */
  public static YamuxFrame goAway(long code) {
    return new YamuxFrame(0, GO_AWAY, 0, 0, code, NOTHING);
  }

  /** Header and payload. */
  public byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .put((byte) version)
        .put((byte) type)
        .putShort((short) flags)
        .putInt(streamId)
        .putInt((int) length)
        .put(payload)
        .array();
  }

  /** Several frames in a row. */
  public static byte[] encode(YamuxFrame... frames) {
    byte[][] parts = new byte[frames.length][];
    for (int i = 0; i < frames.length; i++) {
      parts[i] = frames[i].encode();
    }
    return Bytes.join(parts);
  }

  static YamuxFrame read(Wire wire) {
    ByteBuffer header = ByteBuffer.wrap(wire.read(HEADER_BYTES));
    int version = header.get();
    int type = header.get();
    int flags = header.getShort();
    int id = header.getInt();
    long length = header.getInt() & 0xffff_ffffL;
    if (version != 0 || type == DATA && length > 1 << 24) {
      throw new AssertionError("a frame of version " + version + " and " + length + " bytes");
    }
    return new YamuxFrame(
        version, type, flags, id, length, type == DATA ? wire.read((int) length) : NOTHING);
  }

  /** One of the types. */
  public int type() {
    return type;
  }

  /** Whether all of these flags are set. */
  public boolean has(int wanted) {
    return (flags & wanted) == wanted;
  }

  /** Stream, 0 for the session. */
  public int streamId() {
    return streamId;
  }

  /** Length, delta, value or code, whichever the type makes it. */
  public long length() {
    return length;
  }

  /** The payload of data. */
  public byte[] payload() {
    return payload.clone();
  }

  @Override
  public String toString() {
    return "frame type="
        + type
        + " flags="
        + flags
        + " stream="
        + Integer.toUnsignedString(streamId)
        + " length="
        + length;
  }
}
