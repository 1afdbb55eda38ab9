package io.ethpeerflow.quic.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.quic.packet.PacketHeader.Recipient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

class PacketFuzzTest {
  private static final int LONG_HEADER = 0x80;
  private static final int PADDING = 7;
  private static final long NOW = 1L << 40;
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.1", 4001);
  private static final InetSocketAddress OTHER = new InetSocketAddress("192.0.2.1", 4002);

  /** A datagram that anyone may send, where it begins a buffer and where it lies within one. */
  @FuzzTest(maxDuration = "5m")
  void header(byte[] input) {
    ByteBuf datagram = Unpooled.wrappedBuffer(input).asReadOnly();
    Recipient recipient = PacketHeader.recipient(datagram);
    assertThat(datagram.readerIndex()).isZero();
    assertThat(datagram.readableBytes()).isEqualTo(input.length);
    ByteBuf within =
        Unpooled.buffer().writeZero(PADDING).writeBytes(input).readerIndex(PADDING).asReadOnly();
    assertThat(PacketHeader.recipient(within)).isEqualTo(recipient);
    if (recipient == Recipient.NOBODY) {
      return;
    }
    boolean isLong = (input[0] & LONG_HEADER) != 0;
    assertThat(input.length).isGreaterThan(PacketHeader.CONNECTION_ID_BYTES);
    if (isLong) {
      assertThat(input[5]).isBetween((byte) 0, (byte) PacketHeader.MAX_CONNECTION_ID_BYTES);
    } else {
      boolean dialed = input[1] < 0;
      assertThat(recipient).isEqualTo(dialed ? Recipient.DIALED : Recipient.ACCEPTED);
    }
    if (recipient == Recipient.AMBIGUOUS) {
      long id = PacketHeader.longHeaderId(datagram);
      assertThat(id).isEqualTo(PacketHeader.longHeaderId(within)).isNegative();
      assertThat(PacketHeader.dialerId(id)).isEqualTo(id);
      assertThat(PacketHeader.acceptorId(id)).isNotNegative();
    }
    byte[] longer = Arrays.copyOf(input, input.length + PADDING);
    if (!PacketHeader.mayBegin(longer.length) || PacketHeader.mayBegin(input.length)) {
      assertThat(PacketHeader.recipient(Unpooled.wrappedBuffer(longer))).isEqualTo(recipient);
    }
  }

  /**
   * What is taken is, bit for bit, what this side makes. A fuzzer sees what a tag is compared with,
   * so that it may well come to make one.
   */
  @FuzzTest(maxDuration = "5m")
  void token(byte[] input) {
    var tokens = new AddressToken(Arrays.copyOf(new byte[] {42}, 32));
    assertTakenOnlyWhenMinted(tokens, input);
    int idBytes = Math.min(input.length, PacketHeader.MAX_CONNECTION_ID_BYTES);
    byte[] minted = tokens.mint(REMOTE, Arrays.copyOf(input, idBytes), NOW);
    assertThat(minted).hasSizeLessThanOrEqualTo(AddressToken.MAX_BYTES);
    assertThat(tokens.isValid(minted, REMOTE, NOW)).isTrue();
    assertThat(tokens.isValid(minted, OTHER, NOW)).isFalse();
    byte[] mixed = minted.clone();
    System.arraycopy(input, 0, mixed, 0, Math.min(input.length, mixed.length));
    assertTakenOnlyWhenMinted(tokens, mixed);
  }

  private static void assertTakenOnlyWhenMinted(AddressToken tokens, byte[] token) {
    if (!tokens.isValid(token, REMOTE, NOW)) {
      return;
    }
    assertThat(token).hasSizeBetween(AddressToken.HEAD_BYTES, AddressToken.MAX_BYTES);
    long then = ByteBuffer.wrap(token).getLong(AddressToken.HEAD_BYTES - Long.BYTES);
    assertThat(NOW - then).isBetween(0L, AddressToken.LIFETIME_NANOS);
    byte[] id = Arrays.copyOfRange(token, AddressToken.HEAD_BYTES, token.length);
    assertThat(token).isEqualTo(tokens.mint(REMOTE, id, then));
    assertThat(tokens.isValid(token, OTHER, NOW)).isFalse();
  }
}
