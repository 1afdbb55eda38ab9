package io.ethpeerflow.tls.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
  private static final List<String> OFFER = List.of("/yamux/1.0.0", "libp2p");

  /** A hello with a session id, two suites, an unknown extension and the offer. */
  static byte[] message(List<String> offer) {
    ByteBuf names = Unpooled.buffer();
    for (String name : offer) {
      names.writeByte(name.length()).writeCharSequence(name, StandardCharsets.US_ASCII);
    }
    ByteBuf extensions = Unpooled.buffer();
    extensions.writeShort(0x1234).writeShort(3).writeMedium(7);
    if (!offer.isEmpty()) {
      extensions.writeShort(16).writeShort(names.readableBytes() + 2);
      extensions.writeShort(names.readableBytes()).writeBytes(names);
    }
    ByteBuf hello = Unpooled.buffer();
    hello.writeShort(0x303).writeZero(32).writeByte(4).writeInt(9);
    hello.writeShort(4).writeInt(0x13011302).writeByte(1).writeByte(0);
    hello.writeShort(extensions.readableBytes()).writeBytes(extensions);
    ByteBuf message = Unpooled.buffer();
    message.writeByte(1).writeMedium(hello.readableBytes()).writeBytes(hello);
    return bytes(message);
  }

  static ByteBuf records(byte[] message, int perRecord) {
    ByteBuf out = Unpooled.buffer();
    for (int at = 0; at < message.length; at += perRecord) {
      int length = Math.min(perRecord, message.length - at);
      out.writeByte(22).writeShort(0x301).writeShort(length).writeBytes(message, at, length);
    }
    return out;
  }

  private static byte[] bytes(ByteBuf from) {
    return io.netty.buffer.ByteBufUtil.getBytes(from);
  }

  @Test
  void readsTheOfferInOrder() throws Exception {
    ByteBuf records = records(message(OFFER), 16_384);
    assertThat(ClientHello.offered(records)).isEqualTo(OFFER);
    assertThat(records.readerIndex()).isZero();
  }

  @Test
  void readsAHelloThatSpansRecords() throws Exception {
    for (int perRecord : new int[] {1, 2, 3, 4, 5, 40, 100}) {
      assertThat(ClientHello.offered(records(message(OFFER), perRecord))).isEqualTo(OFFER);
    }
  }

  @Test
  void readsNoOfferAsEmpty() throws Exception {
    assertThat(ClientHello.offered(records(message(List.of()), 16_384))).isEmpty();
  }

  @Test
  void waitsForTheWholeMessageAndIgnoresWhatFollows() throws Exception {
    for (int perRecord : new int[] {7, 16_384}) {
      ByteBuf whole = records(message(OFFER), perRecord);
      for (int length = 0; length < whole.readableBytes(); length++) {
        assertThat(ClientHello.offered(whole.slice(0, length))).as("%d bytes", length).isNull();
      }
      assertThat(ClientHello.offered(whole.copy().writeLong(0xdeadL))).isEqualTo(OFFER);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17030300050100000100",
        "47455420",
        "1603010000",
        "1603014001",
        "160301000502000001ff",
        "16030100060100000203ff",
      })
  void leavesWhatIsMalformedToTheEngine(String hex) {
    ByteBuf in = Unpooled.wrappedBuffer(java.util.HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> ClientHello.offered(in)).isInstanceOf(WireFormatException.class);
  }

  @Test
  void readsOrRefusesAnyDamage() {
    byte[] good = bytes(records(message(OFFER), 50));
    Seeds.check(
        5000,
        random -> {
          try {
            List<String> offered = ClientHello.offered(Unpooled.wrappedBuffer(random.mutate(good)));
            if (offered != null) {
              assertThat(offered).doesNotContainNull();
            }
          } catch (WireFormatException refused) {
            assertThat(refused).hasMessageNotContaining("null");
          }
        });
  }
}
