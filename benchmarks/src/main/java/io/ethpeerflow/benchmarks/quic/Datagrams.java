package io.ethpeerflow.benchmarks.quic;

import io.ethpeerflow.quic.packet.PacketHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;

/** Datagrams as a socket reads them, their payload random: nobody decrypts it here. */
final class Datagrams {
  /** The connection id of a connection that the socket dialed. */
  static final long DIALER = PacketHeader.dialerId(0x0102030405060708L);

  private static final int VERSION_1 = 1;
  private static final int INITIAL = 0xc3;
  private static final int HANDSHAKE = 0xe3;
  private static final int SHORT = 0x43;
  private static final int THEIR_ID_BYTES = 20;

  private Datagrams() {}

  /** Of an established connection; direct, 1,350 bytes. */
  static ByteBuf established(long id) {
    return padded(Unpooled.directBuffer().writeByte(SHORT).writeLong(id), 1350);
  }

  /** Of a handshake that this side began; direct, 1,200 bytes. */
  static ByteBuf handshake(long id) {
    ByteBuf head = Unpooled.directBuffer().writeByte(HANDSHAKE).writeInt(VERSION_1);
    return padded(head.writeByte(Long.BYTES).writeLong(id), PacketHeader.MIN_INITIAL_BYTES);
  }

  /** A stranger's first; direct, 1,200 bytes. */
  static ByteBuf initial(byte[] ourId, byte[] token) {
    ByteBuf head = Unpooled.directBuffer().writeByte(INITIAL).writeInt(VERSION_1);
    head.writeByte(ourId.length).writeBytes(ourId);
    head.writeByte(THEIR_ID_BYTES).writeZero(THEIR_ID_BYTES);
    head.writeByte(token.length).writeBytes(token); // below 64: a varint of one byte
    return padded(head, PacketHeader.MIN_INITIAL_BYTES);
  }

  /** No packet of QUIC: the fixed bit is not set; direct, 1,200 bytes. */
  static ByteBuf garbage() {
    return padded(Unpooled.directBuffer().writeByte(0), PacketHeader.MIN_INITIAL_BYTES);
  }

  private static ByteBuf padded(ByteBuf head, int bytes) {
    byte[] payload = new byte[bytes - head.readableBytes()];
    new Random(1).nextBytes(payload);
    return head.writeBytes(payload);
  }
}
