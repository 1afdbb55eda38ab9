package io.ethpeerflow.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void readsEveryKindOfFieldThatItWrote() throws Exception {
    byte[] message =
        ProtoWriter.bytesOf(
            out ->
                out.varint(1, 300)
                    .varint(2, -1)
                    .bool(3, false)
                    .fixed32(4, 0x01020304)
                    .fixed64(5, 0x0102030405060708L)
                    .bytes(6, new byte[] {1, 2})
                    .bytes(7, Unpooled.wrappedBuffer(new byte[] {3}))
                    .string(8, "h\u00e9")
                    .message(9, inner -> inner.varint(1, 0).message(2, empty -> {}))
                    .message(1000, inner -> inner.bytes(1, new byte[200])));

    ProtoReader in = ProtoReader.of(message);
    assertThat(at(in, 1).varint()).isEqualTo(300);
    assertThat(at(in, 2).varint()).isEqualTo(-1);
    assertThat(at(in, 3).bool()).isFalse();
    assertThat(at(in, 4).fixed32()).isEqualTo(0x01020304);
    assertThat(at(in, 5).fixed64()).isEqualTo(0x0102030405060708L);
    assertThat(at(in, 6).bytes(2)).containsExactly(1, 2);
    ByteBuf slice = at(in, 7).slice(1);
    assertThat(slice.readableBytes()).isEqualTo(1);
    assertThat(at(in, 8).string(3)).isEqualTo("h\u00e9");
    ProtoReader inner = at(in, 9).message(4);
    assertThat(at(inner, 1).uint(0)).isZero();
    assertThat(at(inner, 2).message(0).next()).isFalse();
    assertThat(inner.next()).isFalse();
    assertThat(at(at(in, 1000).message(203), 1).bytes(200)).hasSize(200);
    assertThat(in.next()).isFalse();
  }

  private static ProtoReader at(ProtoReader in, int field) throws WireFormatException {
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(field);
    return in;
  }

  @Test
  void writesLengthsOfEverySizeInFrontOfAMessage() throws Exception {
    for (int length :
        new int[] {0, 123, 124, 125, 126, 127, 128, 129, 16379, 16380, 16384, 70_000}) {
      byte[] content = new byte[length];
      byte[] message =
          ProtoWriter.bytesOf(out -> out.message(1, inner -> inner.bytes(2, content)).varint(3, 7));

      ProtoReader in = ProtoReader.of(message);
      assertThat(at(at(in, 1).message(message.length), 2).bytes(length)).isEqualTo(content);
      assertThat(at(in, 3).varint()).isEqualTo(7);
      int inner = ProtoWriter.sizeOfBytes(2, length);
      assertThat(message)
          .hasSize(ProtoWriter.sizeOfBytes(1, inner) + ProtoWriter.sizeOfVarint(3, 7));
    }
  }

  @Test
  void skipsFieldsThatNobodyReads() throws Exception {
    byte[] message =
        ProtoWriter.bytesOf(
            out ->
                out.varint(1, 1)
                    .fixed32(2, 2)
                    .fixed64(3, 3)
                    .bytes(4, new byte[9])
                    .varint((1 << 29) - 1, 5));

    ProtoReader in = ProtoReader.of(message);
    int last = 0;
    while (in.next()) {
      last = in.field();
    }
    assertThat(last).isEqualTo((1 << 29) - 1);
  }

  @Test
  void toleratesVarintsThatAreLongerThanNecessary() throws Exception {
    ProtoReader in = ProtoReader.of(HEX.parseHex("88808000" + "81808080808080808000"));

    assertThat(at(in, 1).varint()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08",
        "0880",
        "0a",
        "0a01",
        "0a0201",
        "09",
        "0900000000000000",
        "0d000000",
        "00",
        "02",
        "0b",
        "0c",
        "0e",
        "0f",
        "80808080f0",
        "8080808080808080808001",
        "08ffffffffffffffffff02",
        "08ffffffffffffffffffff01",
        "0affffffffffffffffff01",
        "0affffffff0f"
      })
  void refusesWhatIsNoMessage(String hex) {
    ProtoReader in = ProtoReader.of(HEX.parseHex(hex));

    assertThatThrownBy(
            () -> {
              while (in.next()) {
                in.skip();
              }
            })
        .isInstanceOf(WireFormatException.class);
  }

  @Test
  void saysWhatArrivedAndWhatWasAllowed() throws Exception {
    ProtoReader in = ProtoReader.of(HEX.parseHex("0a03010203" + "1005"));

    assertThat(in.next()).isTrue();
    assertThatThrownBy(() -> in.bytes(2))
        .hasMessage("protobuf field 1 of 3 bytes exceeds the 2 allowed");
    ProtoReader number = ProtoReader.of(HEX.parseHex("1005"));
    assertThat(number.next()).isTrue();
    assertThatThrownBy(() -> number.bytes(2))
        .hasMessage("protobuf field 2 has wire type 0, allowed 2");
    assertThatThrownBy(() -> number.uint(4)).hasMessage("protobuf field 2 is 5, at most 4 allowed");
  }

  @Test
  void readsABufferWithoutMovingItsIndices() throws Exception {
    ByteBuf buffer = Unpooled.wrappedBuffer(HEX.parseHex("ff0a0101ff")).slice(1, 3);

    ProtoReader in = ProtoReader.of(buffer);
    assertThat(at(in, 1).bytes(1)).containsExactly(1);
    assertThat(in.next()).isFalse();
    assertThat(buffer.readableBytes()).isEqualTo(3);
  }

  @Test
  void refusesTextThatIsNotUtf8() throws Exception {
    ProtoReader in = ProtoReader.of(HEX.parseHex("0a01ff"));

    assertThat(in.next()).isTrue();
    assertThatThrownBy(() -> in.string(10)).hasMessageContaining("UTF-8");
  }

  @Test
  void saysWhereASkippedValueLies() throws Exception {
    // two bytes before the message, field 1 with aabb, field 2 with 05, one byte after it
    ByteBuf buffer = Unpooled.wrappedBuffer(HEX.parseHex("ffff0a02aabb1005ff"));
    ProtoReader in = ProtoReader.of(buffer, 2, 6);
    assertThat(in.next()).isTrue();
    assertThat(in.skipBytes(2)).isEqualTo(2);
    assertThat(in.position()).isEqualTo(6);
    assertThat(in.next()).isTrue();
    assertThat(in.varint()).isEqualTo(5);
    assertThat(in.next()).isFalse();
    assertThat(buffer.readerIndex()).isZero();
  }

  @Test
  void aSkippedValueHasItsBoundsToo() throws Exception {
    ByteBuf buffer = Unpooled.wrappedBuffer(HEX.parseHex("0a02aabb"));
    ProtoReader tooLong = ProtoReader.of(buffer, 0, 4);
    tooLong.next();
    assertThatThrownBy(() -> tooLong.skipBytes(1))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining("2 bytes exceeds the 1 allowed");
    ProtoReader cut = ProtoReader.of(buffer, 0, 3);
    cut.next();
    assertThatThrownBy(() -> cut.skipBytes(9)).isInstanceOf(WireFormatException.class);
    assertThatThrownBy(() -> ProtoReader.of(buffer, 1, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
