package io.ethpeerflow.quic.packet;

import io.netty.buffer.ByteBuf;

/**
 * The part of a QUIC packet that is the same in all versions (RFC 8999), as far as it takes to say
 * whose packet it is. Everything that is read is there: nothing is taken on a packet's word.
 */
public final class PacketHeader {
  /** Connection ids that this transport chooses, in bytes. */
  public static final int CONNECTION_ID_BYTES = 8;

  /** A datagram that begins a connection is no shorter (RFC 9000 section 14.1), in bytes. */
  public static final int MIN_INITIAL_BYTES = 1200;

  /** The longest connection id of version 1, in bytes. */
  public static final int MAX_CONNECTION_ID_BYTES = 20;

  private static final int LONG_HEADER = 0x80;
  private static final int FIXED_BIT = 0x40;
  private static final int VERSION_1 = 1;
  private static final int DIALER_BIT = 0x80;

  /** Whose packet it is. */
  public enum Recipient {
    /** A connection that this socket dialed, or none. */
    DIALED,
    /** A connection that this socket accepted, or one that is to begin. */
    ACCEPTED,
    /** Possibly a connection that this socket dialed: only a look at its ids can tell. */
    AMBIGUOUS,
    /** Not a packet of QUIC, or one that no connection can be meant by. */
    NOBODY
  }

  private PacketHeader() {}

  /**
   * Whose packet a datagram begins with.
   *
   * @param datagram borrows; its indices do not change
   */
  public static Recipient recipient(ByteBuf datagram) {
    int length = datagram.readableBytes();
    int at = datagram.readerIndex();
    if (length <= CONNECTION_ID_BYTES) {
      return Recipient.NOBODY;
    }
    int first = datagram.getByte(at);
    if ((first & LONG_HEADER) == 0) {
      if ((first & FIXED_BIT) == 0) {
        return Recipient.NOBODY;
      }
      return isDialer(datagram.getByte(at + 1)) ? Recipient.DIALED : Recipient.ACCEPTED;
    }
    int idLength = datagram.getUnsignedByte(at + 5);
    if (idLength > MAX_CONNECTION_ID_BYTES || length < 7 + idLength) {
      return Recipient.NOBODY;
    }
    int version = datagram.getInt(at + 1);
    if (version == 0) {
      return Recipient.DIALED;
    }
    // [spec quic/version] whatever its id is: dialers speak no other version
    if (version != VERSION_1 && !mayBegin(length)) {
      return Recipient.NOBODY;
    }
    boolean dialed = idLength == CONNECTION_ID_BYTES && isDialer(datagram.getByte(at + 6));
    return dialed ? Recipient.AMBIGUOUS : Recipient.ACCEPTED;
  }

  /** Whether a datagram of so many bytes may begin a connection, or be answered without one. */
  public static boolean mayBegin(int bytes) {
    return bytes >= MIN_INITIAL_BYTES;
  }

  /**
   * The destination connection id of a long header, as a number.
   *
   * @param datagram borrows; one whose recipient is {@link Recipient#AMBIGUOUS}
   */
  public static long longHeaderId(ByteBuf datagram) {
    return datagram.getLong(datagram.readerIndex() + 6);
  }

  /** A connection id of a dialer from 8 random bytes, as a number. */
  public static long dialerId(long random) {
    return random | (long) DIALER_BIT << 56;
  }

  /** A connection id of an acceptor from 8 random bytes, as a number. */
  public static long acceptorId(long random) {
    return random & ~((long) DIALER_BIT << 56);
  }

  private static boolean isDialer(int firstOfId) {
    return (firstOfId & DIALER_BIT) != 0;
  }
}
