package io.ethpeerflow.quic.packet;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What an Initial packet of version 1 says before its encrypted part (RFC 9000 section 17.2.2).
 *
 * @param ourId what the sender calls us
 * @param theirId what the sender calls itself
 * @param token from an earlier connection, or from a Retry; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record InitialPacket(byte[] ourId, byte[] theirId, byte[] token) {
  private static final int LONG_HEADER_AND_TYPE = 0xf0;
  private static final int INITIAL = 0xc0;
  private static final int VERSION_1 = 1;

  /** Tokens are looked at up to this length, in bytes. */
  public static final int MAX_TOKEN_BYTES = 1024;

  /**
   * Reads one; only what is there.
   *
   * @param datagram borrows; its indices do not change
   * @return null when it does not begin with a whole head of an Initial packet, or its token is
   *     longer than {@link #MAX_TOKEN_BYTES}
   */
  public static @Nullable InitialPacket read(ByteBuf datagram) {
    int at = datagram.readerIndex();
    if (datagram.readableBytes() < 7
        || (datagram.getByte(at) & LONG_HEADER_AND_TYPE) != INITIAL
        || datagram.getInt(at + 1) != VERSION_1) {
      return null;
    }
    ByteBuf in = datagram.slice().skipBytes(5);
    byte[] ourId = id(in);
    byte[] theirId = ourId == null ? null : id(in);
    if (ourId == null || theirId == null || !in.isReadable()) {
      return null;
    }
    int lengthBytes = 1 << (in.getUnsignedByte(in.readerIndex()) >> 6);
    if (lengthBytes > 2 || in.readableBytes() < lengthBytes) {
      return null;
    }
    int length = lengthBytes == 1 ? in.readUnsignedByte() : in.readUnsignedShort() & 0x3fff;
    if (length > MAX_TOKEN_BYTES || length > in.readableBytes()) {
      return null;
    }
    byte[] token = new byte[length];
    in.readBytes(token);
    return new InitialPacket(ourId, theirId, token);
  }

  private static byte @Nullable [] id(ByteBuf in) {
    if (!in.isReadable()) {
      return null;
    }
    int length = in.readUnsignedByte();
    if (length > PacketHeader.MAX_CONNECTION_ID_BYTES || length > in.readableBytes()) {
      return null;
    }
    byte[] id = new byte[length];
    in.readBytes(id);
    return id;
  }
}
