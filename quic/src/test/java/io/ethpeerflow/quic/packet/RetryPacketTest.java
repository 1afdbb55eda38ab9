package io.ethpeerflow.quic.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The packet that asks for an address to be shown, and the one that it answers. */
class RetryPacketTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  @Test
  void hasTheTagOfTheVectorInRfc9001() {
    byte[] head = hex("ff000000010008f067a5502a4262b5746f6b656e");
    assertThat(RetryPacket.tag(hex("8394c8f03e515708"), head))
        .isEqualTo(hex("04a265ba2eff4d829058fb3f0f2496ba"));
  }

  @Test
  void namesBothSidesAndCarriesTheToken() {
    byte[] packet = RetryPacket.of(hex("0102"), hex("a1a2a3"), hex("0b0c0d"), hex("7777"));
    assertThat(Arrays.copyOf(packet, packet.length - 16))
        .isEqualTo(hex("f000000001020102030b0c0d7777"));
  }

  @Test
  void anInitialIsReadUpToItsToken() {
    InitialPacket initial =
        InitialPacket.read(
            Unpooled.wrappedBuffer(hex("c300000001" + "02a1a2" + "01b1" + "03aabbcc00")));
    assertThat(initial).isNotNull();
    assertThat(initial.ourId()).isEqualTo(hex("a1a2"));
    assertThat(initial.theirId()).isEqualTo(hex("b1"));
    assertThat(initial.token()).isEqualTo(hex("aabbcc"));
  }

  @Test
  void nothingIsReadThatIsNotThere() {
    byte[] whole = hex("c300000001" + "02a1a2" + "01b1" + "4003aabbcc");
    for (int length = 0; length < whole.length; length++) {
      assertThat(InitialPacket.read(Unpooled.wrappedBuffer(whole, 0, length))).isNull();
    }
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      byte[] some = new byte[random.nextInt(40)];
      random.nextBytes(some);
      if (some.length > 5) {
        System.arraycopy(whole, 0, some, 0, 5);
      }
      InitialPacket.read(Unpooled.wrappedBuffer(some));
    }
  }

  @Test
  void otherPacketsAreNone() {
    assertThat(InitialPacket.read(Unpooled.wrappedBuffer(hex("e30000000102a1a201b100")))).isNull();
    assertThat(InitialPacket.read(Unpooled.wrappedBuffer(hex("c30000000202a1a201b100")))).isNull();
  }
}
