package io.ethpeerflow.yamux.frame;

import io.netty.buffer.ByteBuf;

/**
 * The twelve bytes before every frame, as two numbers and never an object: {@code head} holds
 * version, type, flags and stream id as they lie on the wire, {@code length} is the last word.
 *
 * <p>Big-endian: version u8 = 0, type u8, flags u16, stream id u32, length u32.
 */
public final class FrameHeader {
  /** Bytes of a header. */
  public static final int BYTES = 12;

  /** The only version. */
  public static final int VERSION = 0;

  /** Type: {@code length} bytes of payload follow. */
  public static final int DATA = 0;

  /** Type: {@code length} is added to the receiver's credit for the stream. */
  public static final int WINDOW_UPDATE = 1;

  /** Type: {@code length} is an opaque value; a request with SYN, an answer with ACK. */
  public static final int PING = 2;

  /** Type: the session ends; {@code length} is the reason. */
  public static final int GO_AWAY = 3;

  /** Flag: the stream starts here. */
  public static final int SYN = 1;

  /** Flag: the stream is acknowledged by the side that did not open it. */
  public static final int ACK = 2;

  /** Flag: the sender will send no more bytes. */
  public static final int FIN = 4;

  /** Flag: the stream ends at once; on a window update {@code length} is the reason. */
  public static final int RST = 8;

  /** What both sides may send on a new stream before any window update. */
  public static final int INITIAL_WINDOW_BYTES = 256 << 10;

  private FrameHeader() {}

  /** Packs the first eight bytes; version 0. */
  public static long pack(int type, int flags, int streamId) {
    return (long) type << 48 | (long) (flags & 0xffff) << 32 | (streamId & 0xffff_ffffL);
  }

  /** 0 to 255. */
  public static int version(long head) {
    return (int) (head >>> 56);
  }

  /** 0 to 255. */
  public static int type(long head) {
    return (int) (head >>> 48) & 0xff;
  }

  /** All sixteen bits; four have a meaning. */
  public static int flags(long head) {
    return (int) (head >>> 32) & 0xffff;
  }

  /** An unsigned 32-bit number. */
  public static int streamId(long head) {
    return (int) head;
  }

  /** A length word as the unsigned number that it is. */
  public static long unsigned(int word) {
    return word & 0xffff_ffffL;
  }

  /**
   * Writes a header over the first twelve bytes of a scratch buffer.
   *
   * @param scratch borrows; at least twelve bytes of capacity, indices do not change
   */
  public static void set(ByteBuf scratch, int type, int flags, int streamId, int length) {
    // [spec yamux/header]
    scratch.setLong(0, pack(type, flags, streamId));
    scratch.setInt(8, length);
  }

  /** For messages, for example {@code DATA|SYN|FIN stream=3 length=17}. */
  public static String describe(long head, int length) {
    var text = new StringBuilder();
    int type = type(head);
    switch (type) {
      case DATA -> text.append("DATA");
      case WINDOW_UPDATE -> text.append("WINDOW_UPDATE");
      case PING -> text.append("PING");
      case GO_AWAY -> text.append("GO_AWAY");
      default -> text.append("type ").append(type);
    }
    int flags = flags(head);
    append(text, flags, SYN, "|SYN");
    append(text, flags, ACK, "|ACK");
    append(text, flags, FIN, "|FIN");
    append(text, flags, RST, "|RST");
    if ((flags & ~0xf) != 0) {
      text.append("|0x").append(Integer.toHexString(flags & ~0xf));
    }
    return text.append(" stream=")
        .append(unsigned(streamId(head)))
        .append(" length=")
        .append(unsigned(length))
        .toString();
  }

  private static void append(StringBuilder text, int flags, int flag, String name) {
    if ((flags & flag) != 0) {
      text.append(name);
    }
  }
}
