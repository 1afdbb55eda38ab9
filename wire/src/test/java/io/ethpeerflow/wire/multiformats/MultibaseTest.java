package io.ethpeerflow.wire.multiformats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.WireFormatException;
import java.math.BigInteger;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {
  @ParameterizedTest
  @EnumSource
  void readsWhatItWrote(Multibase base) {
    Seeds.check(
        200,
        random -> {
          byte[] bytes = random.edgyBytes(0, 70);
          assertThat(Multibase.decode(base.encode(bytes))).isEqualTo(bytes);
        });
  }

  @ParameterizedTest
  @EnumSource
  void boundsTheLengthThatItConverts(Multibase base) {
    assertThatThrownBy(() -> base.encode(new byte[Multibase.MAX_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Multibase.decode(base.prefix() + "1".repeat(Multibase.MAX_CHARS)))
        .isInstanceOf(WireFormatException.class);
  }

  @ParameterizedTest
  @CsvSource({"AB,BB8", "Hello!!,%69 VD92EX0", "base-45,UJCLQE7W581", "ietf!,QED8WEX0"})
  void writesTheExamplesOfRfc9285(String plain, String text) throws Exception {
    assertThat(Multibase.BASE45.encode(plain.getBytes(US_ASCII))).isEqualTo("R" + text);
    assertThat(Multibase.decode("R" + text)).isEqualTo(plain.getBytes(US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "?a",
        "02",
        "0101",
        "78",
        "71",
        "9a",
        "fa",
        "fag",
        "bm",
        "ba",
        "bmz",
        "cmy",
        "cmy=====",
        "cmy=======",
        "cm=======",
        "c========",
        "Mx===",
        "MQ=",
        "MQR==",
        "mQR",
        "mQ",
        "m=",
        "u+",
        "m-",
        "z0",
        "zO",
        "zI",
        "zl",
        "R:::",
        "RGGX",
        "R::",
        "Ra",
        "R1",
        "k_",
        "\ud83d\ude80a",
        "\ud83d",
        "\0\u0100",
        "b\u0131"
      })
  void refusesTextThatIsNotOfItsBase(String text) {
    assertThatThrownBy(() -> Multibase.decode(text)).isInstanceOf(WireFormatException.class);
  }

  @Test
  void convertsBase58LikeArithmeticDoes() {
    Seeds.check(
        500,
        random -> {
          byte[] bytes = random.edgyBytes(0, 80);
          String expected = base58(bytes);
          assertThat(Base58.encode(bytes)).isEqualTo(expected);
          assertThat(Base58.decode(expected)).isEqualTo(bytes);
        });
  }

  private static String base58(byte[] bytes) {
    var text = new StringBuilder();
    BigInteger rest = new BigInteger(1, bytes);
    while (rest.signum() > 0) {
      BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(58));
      text.append(Base58.BITCOIN.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append('1');
    }
    return text.reverse().toString();
  }

  @Test
  void convertsTheLongestBase58() throws Exception {
    byte[] bytes = new byte[Base58.MAX_BYTES];
    Arrays.fill(bytes, (byte) 0xff);

    String text = Base58.encode(bytes);
    assertThat(text.length()).isLessThanOrEqualTo(Base58.MAX_CHARS);
    assertThat(Base58.decode(text)).isEqualTo(bytes);
    assertThatThrownBy(() -> Base58.encode(new byte[Base58.MAX_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Base58.decode("1".repeat(Base58.MAX_CHARS + 1)))
        .hasMessageContaining("5600");
  }

  @Test
  void decodesBase58IntoThePlaceGiven() throws Exception {
    byte[] out = new byte[4];

    assertThat(Base58.decode("xx112Vyy", 2, 6, out, 1)).isEqualTo(4);
    assertThat(out).containsExactly(0, 0, 0, 86);
    assertThatThrownBy(() -> Base58.decode("112V", 0, 4, out, 2))
        .hasMessageContaining("3 bytes, at most 2");
  }
}
