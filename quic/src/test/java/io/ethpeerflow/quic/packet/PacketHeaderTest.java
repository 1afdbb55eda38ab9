package io.ethpeerflow.quic.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.quic.packet.PacketHeader.Recipient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whose packet a datagram is. */
class PacketHeaderTest {
  private static final long DIALER = PacketHeader.dialerId(0x1122334455667788L);
  private static final long ACCEPTOR = PacketHeader.acceptorId(0xff22334455667788L);

  private static ByteBuf shortHeader(long id) {
    return Unpooled.buffer().writeByte(0x41).writeLong(id).writeZero(30);
  }

  private static ByteBuf longHeader(int first, int version, byte[] id, int length) {
    ByteBuf packet =
        Unpooled.buffer().writeByte(first).writeInt(version).writeByte(id.length).writeBytes(id);
    return packet.writeByte(0).writeZero(Math.max(0, length - packet.readableBytes()));
  }

  private static byte[] bytes(long id) {
    return Unpooled.buffer(8).writeLong(id).array();
  }

  @Test
  void oneBitOfAShortHeadersIdSaysWhoDialed() {
    assertThat(PacketHeader.recipient(shortHeader(DIALER))).isEqualTo(Recipient.DIALED);
    assertThat(PacketHeader.recipient(shortHeader(ACCEPTOR))).isEqualTo(Recipient.ACCEPTED);
  }

  @Test
  void theIdThatAStrangerChoseForUsIsNoDialersForSure() {
    byte[] chosen = bytes(DIALER);
    ByteBuf initial = longHeader(0xc0, 1, chosen, 1200);
    assertThat(PacketHeader.recipient(initial)).isEqualTo(Recipient.AMBIGUOUS);
    assertThat(PacketHeader.longHeaderId(initial)).isEqualTo(DIALER);
    assertThat(PacketHeader.recipient(longHeader(0xc0, 1, new byte[20], 1200)))
        .isEqualTo(Recipient.ACCEPTED);
    assertThat(PacketHeader.recipient(longHeader(0xc0, 1, bytes(ACCEPTOR), 1200)))
        .isEqualTo(Recipient.ACCEPTED);
  }

  @Test
  @Spec("quic/version")
  void anotherVersionIsOnlyAnsweredWhenTheAnswerIsShorter() {
    assertThat(PacketHeader.recipient(longHeader(0xc0, 0xff00001d, new byte[8], 1200)))
        .isEqualTo(Recipient.ACCEPTED);
    assertThat(PacketHeader.recipient(longHeader(0xc0, 0xff00001d, new byte[8], 1199)))
        .isEqualTo(Recipient.NOBODY);
    assertThat(PacketHeader.recipient(longHeader(0xc0, 0xff00001d, bytes(DIALER), 1199)))
        .isEqualTo(Recipient.NOBODY);
  }

  @Test
  void versionNegotiationIsForDialers() {
    assertThat(PacketHeader.recipient(longHeader(0x80, 0, bytes(DIALER), 40)))
        .isEqualTo(Recipient.DIALED);
  }

  @Test
  void whatIsNoPacketIsNobodys() {
    assertThat(PacketHeader.recipient(Unpooled.EMPTY_BUFFER)).isEqualTo(Recipient.NOBODY);
    assertThat(PacketHeader.recipient(Unpooled.wrappedBuffer(new byte[8])))
        .isEqualTo(Recipient.NOBODY);
    assertThat(PacketHeader.recipient(Unpooled.wrappedBuffer(new byte[100])))
        .as("without the fixed bit")
        .isEqualTo(Recipient.NOBODY);
    assertThat(PacketHeader.recipient(longHeader(0xc0, 1, new byte[21], 1200)))
        .as("an id that is too long")
        .isEqualTo(Recipient.NOBODY);
    ByteBuf cut = longHeader(0xc0, 1, new byte[20], 0);
    assertThat(PacketHeader.recipient(cut.slice(0, 20))).isEqualTo(Recipient.NOBODY);
  }

  @Test
  void readsNothingThatIsNotThere() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      byte[] some = new byte[random.nextInt(40)];
      random.nextBytes(some);
      ByteBuf datagram = Unpooled.wrappedBuffer(some);
      Recipient recipient = PacketHeader.recipient(datagram);
      if (recipient == Recipient.AMBIGUOUS) {
        PacketHeader.longHeaderId(datagram);
      }
      assertThat(datagram.readableBytes()).isEqualTo(some.length);
    }
  }
}
