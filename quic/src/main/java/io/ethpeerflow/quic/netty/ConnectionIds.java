package io.ethpeerflow.quic.netty;

import io.ethpeerflow.quic.packet.PacketHeader;
import io.netty.handler.codec.quic.QuicConnectionAddress;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The connection ids that this side chooses: 63 random bits, and one that says whether it dialed,
 * so that one socket can tell the packets of connections it dialed from those of connections it
 * accepted without a table.
 */
final class ConnectionIds implements QuicConnectionIdGenerator {
  private final SecureRandom random;

  ConnectionIds(SecureRandom random) {
    this.random = random;
  }

  long nextDialerId() {
    return PacketHeader.dialerId(random.nextLong());
  }

  static QuicConnectionAddress address(long id) {
    return new QuicConnectionAddress(
        ByteBuffer.allocate(PacketHeader.CONNECTION_ID_BYTES).putLong(0, id));
  }

  @Override
  public ByteBuffer newId(int length) {
    if (length != PacketHeader.CONNECTION_ID_BYTES) {
      throw new IllegalArgumentException("connection id of " + length + " bytes");
    }
    return ByteBuffer.allocate(length).putLong(0, PacketHeader.acceptorId(random.nextLong()));
  }

  @Override
  public ByteBuffer newId(ByteBuffer input, int length) {
    return newId(length);
  }

  @Override
  public int maxConnectionIdLength() {
    return PacketHeader.CONNECTION_ID_BYTES;
  }

  @Override
  public boolean isIdempotent() {
    return false;
  }
}
