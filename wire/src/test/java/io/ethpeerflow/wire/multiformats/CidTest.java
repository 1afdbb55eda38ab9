package io.ethpeerflow.wire.multiformats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.WireFormatException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {
  private static final Multihash HELLO =
      Multihash.digest(HashFunction.SHA2_256, "hello world".getBytes(US_ASCII));

  @Test
  void readsAndWritesVersion1() throws Exception {
    Cid cid = Cid.v1(Cid.RAW, HELLO);

    assertThat(cid).hasToString("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
    assertThat(HexFormat.of().formatHex(cid.toBytes())).startsWith("01551220b94d27b9");
    assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
    assertThat(Cid.decode(cid.toBytes())).isEqualTo(cid);
    for (Multibase base : Multibase.values()) {
      assertThat(Cid.parse(cid.toString(base))).isEqualTo(cid);
    }
  }

  @Test
  void readsAndWritesVersion0() throws Exception {
    Cid cid = Cid.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");

    assertThat(cid.version()).isZero();
    assertThat(cid.codec()).isEqualTo(Cid.DAG_PB);
    assertThat(cid.toBytes()).hasSize(34).startsWith(0x12, 0x20);
    assertThat(cid)
        .hasToString("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")
        .isEqualTo(Cid.decode(cid.toBytes()));
    assertThatThrownBy(() -> cid.toString(Multibase.BASE32))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsWhatItWrote() {
    Seeds.check(
        200,
        random -> {
          Cid cid =
              Cid.v1(
                  random.edgyLong(0, Long.MAX_VALUE),
                  Multihash.of(0, random.edgyBytes(0, Multihash.MAX_DIGEST_BYTES)));
          assertThat(cid.toBytes().length).isLessThanOrEqualTo(Cid.MAX_BYTES);
          assertThat(Cid.decode(cid.toBytes())).isEqualTo(cid);
          assertThat(Cid.parse(cid.toString(random.pick(Multibase.values())))).isEqualTo(cid);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx50",
        "zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        "f02551220b94d27b9",
        "f0155",
        "f01",
        "f00",
        "f0155000201",
        "f8100550000"
      })
  void refusesTextThatIsNoCid(String text) {
    assertThatThrownBy(() -> Cid.parse(text)).isInstanceOf(WireFormatException.class);
  }

  @Test
  void boundsTheText() {
    assertThatThrownBy(() -> Cid.parse("0" + "1".repeat(2000)))
        .hasMessageContaining("2001 characters exceeds");
  }

  @Test
  void refusesPartsThatDoNotBelongTogether() {
    assertThatThrownBy(() -> new Cid(2, Cid.RAW, HELLO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cid(0, Cid.RAW, HELLO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cid(1, -1, HELLO)).isInstanceOf(IllegalArgumentException.class);
  }
}
