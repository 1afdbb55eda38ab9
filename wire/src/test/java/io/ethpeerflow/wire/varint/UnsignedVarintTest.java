package io.ethpeerflow.wire.varint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnsignedVarintTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
    "0,00",
    "1,01",
    "127,7f",
    "128,8001",
    "255,ff01",
    "300,ac02",
    "16383,ff7f",
    "16384,808001",
    "9223372036854775807,ffffffffffffffff7f"
  })
  void readsAndWritesTheShortestForm(long value, String hex) throws Exception {
    byte[] bytes = HEX.parseHex(hex);
    byte[] array = new byte[bytes.length];
    ByteBuf buffer = Unpooled.buffer();
    UnsignedVarint.write(value, buffer);

    assertThat(UnsignedVarint.size(value)).isEqualTo(bytes.length);
    assertThat(UnsignedVarint.write(value, array, 0)).isEqualTo(bytes.length);
    assertThat(array).isEqualTo(bytes);
    assertThat(UnsignedVarint.read(bytes, 0, bytes.length)).isEqualTo(value);
    assertThat(UnsignedVarint.read(buffer)).isEqualTo(value);
    assertThat(buffer.isReadable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "ff", "ffffffffffffffff"})
  void tellsIncompleteInputFromMalformedInput(String hex) throws Exception {
    byte[] bytes = HEX.parseHex(hex);
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);

    assertThat(UnsignedVarint.tryRead(bytes, 0, bytes.length)).isEqualTo(UnsignedVarint.INCOMPLETE);
    assertThat(UnsignedVarint.tryRead(buffer)).isEqualTo(UnsignedVarint.INCOMPLETE);
    assertThat(buffer.readableBytes()).isEqualTo(bytes.length);
    assertThatThrownBy(() -> UnsignedVarint.read(bytes, 0, bytes.length))
        .isInstanceOf(WireFormatException.class);
    assertThatThrownBy(() -> UnsignedVarint.read(buffer)).hasMessageContaining("truncated");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8000",
        "8100",
        "ff00",
        "808000",
        "ffffffffffffffffff",
        "ffffffffffffffffff01",
        "80808080808080808001"
      })
  void refusesWhatIsNotMinimalOrTooLong(String hex) {
    byte[] bytes = HEX.parseHex(hex);
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);

    assertThatThrownBy(() -> UnsignedVarint.tryRead(bytes, 0, bytes.length))
        .isInstanceOf(WireFormatException.class);
    assertThatThrownBy(() -> UnsignedVarint.tryRead(buffer))
        .isInstanceOf(WireFormatException.class);
    assertThat(buffer.readerIndex()).isZero();
  }

  @Test
  void boundsALengthPrefix() throws Exception {
    ByteBuf buffer = Unpooled.wrappedBuffer(HEX.parseHex("ac02"));

    assertThatThrownBy(() -> UnsignedVarint.tryReadLength(buffer, 299))
        .hasMessageContaining("300 bytes exceeds the 299");
    assertThat(buffer.readerIndex()).isZero();
    assertThat(UnsignedVarint.tryReadLength(buffer, 300)).isEqualTo(300);
    assertThat(UnsignedVarint.tryReadLength(buffer, 300)).isEqualTo(UnsignedVarint.INCOMPLETE);
  }

  @Test
  void refusesToWriteNegativeValues() {
    assertThatThrownBy(() -> UnsignedVarint.size(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UnsignedVarint.write(-1, Unpooled.buffer()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UnsignedVarint.write(-1, new byte[9], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
