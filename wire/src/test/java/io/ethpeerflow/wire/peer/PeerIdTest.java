package io.ethpeerflow.wire.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiformats.Cid;
import io.ethpeerflow.wire.multiformats.HashFunction;
import io.ethpeerflow.wire.multiformats.Multibase;
import io.ethpeerflow.wire.multiformats.Multihash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {
  // the examples of the specification
  private static final String ED25519 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
  private static final String SHA256 = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
  private static final String SHA256_AS_CID =
      "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";

  @ParameterizedTest
  @ValueSource(strings = {ED25519, SHA256})
  // [spec peer-ids/string-representation]
  void readsAndWritesBothForms(String text) throws Exception {
    PeerId id = PeerId.parse(text);
    ByteBuf out = Unpooled.buffer();
    id.writeTo(out);

    assertThat(id)
        .hasToString(text)
        .isEqualTo(PeerId.decode(id.toBytes()))
        .hasSameHashCodeAs(PeerId.of(text));
    assertThat(id.sizeBytes()).isEqualTo(out.readableBytes()).isEqualTo(id.toBytes().length);
    assertThat(id.toShortString()).hasSize(8).matches(text::endsWith);
    for (Multibase base : Multibase.values()) {
      assertThat(PeerId.parse(id.toCidString(base))).isEqualTo(id);
    }
  }

  @Test
  void readsTheCidOfTheSpecification() {
    assertThat(PeerId.of(SHA256_AS_CID)).hasToString(SHA256);
    assertThat(PeerId.of(SHA256).toCid()).hasToString(SHA256_AS_CID);
  }

  @Test
  void fitsADnsLabelInBase36() {
    assertThat(PeerId.of(ED25519).toCidString(Multibase.BASE36))
        .startsWith("k51")
        .hasSizeLessThanOrEqualTo(63);
  }

  @Test
  void containsTheKeyOfAShortId() throws Exception {
    PublicKey key = PeerId.of(ED25519).inlinedKey();

    assertThat(key).isNotNull();
    assertThat(key.type()).isEqualTo(KeyType.ED25519);
    assertThat(PeerId.of(key)).hasToString(ED25519);
    assertThat(PeerId.of(SHA256).inlinedKey()).isNull();
    assertThatThrownBy(() -> PeerId.decode(new byte[] {0, 1, 9}).inlinedKey())
        .isInstanceOf(WireFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "11",
        "Qm",
        "Q",
        "12D3KooW",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
        "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S0",
        "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
        "zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        "peer"
      })
  // [spec peer-ids/cid-codec]
  void refusesTextThatIsNoPeerId(String text) {
    assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(WireFormatException.class);
    assertThatThrownBy(() -> PeerId.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void boundsTheText() {
    assertThatThrownBy(() -> PeerId.parse("1".repeat(PeerId.MAX_CHARS + 1)))
        .hasMessageContaining("characters exceeds");
    assertThatThrownBy(() -> PeerId.parse("1".repeat(PeerId.MAX_CHARS)))
        .isInstanceOf(WireFormatException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"SHA1", "SHA2_512", "SHA3_256", "KECCAK_256", "BLAKE3", "BLAKE2B_256"})
  void refusesOtherHashes(HashFunction function) {
    Multihash hash = Multihash.digest(function, new byte[1]);

    assertThatThrownBy(() -> PeerId.decode(hash.toBytes())).hasMessageContaining("not a peer id");
    assertThatThrownBy(() -> PeerId.parse(Cid.v1(Cid.LIBP2P_KEY, hash).toString()))
        .isInstanceOf(WireFormatException.class);
  }

  @Test
  void containsAtMost42Bytes() throws Exception {
    assertThat(PeerId.decode(Multihash.of(0, new byte[42]).toBytes()).sizeBytes())
        .isEqualTo(PeerId.MAX_BYTES);
    assertThatThrownBy(() -> PeerId.decode(Multihash.of(0, new byte[43]).toBytes()))
        .isInstanceOf(WireFormatException.class);
    assertThatThrownBy(() -> PeerId.decode(HexFormat.of().parseHex("0000")))
        .isInstanceOf(WireFormatException.class);
  }

  @Test
  void ordersByUnsignedBytes() throws Exception {
    PeerId low = PeerId.decode(new byte[] {0, 1, 0x7f});
    PeerId high = PeerId.decode(new byte[] {0, 1, (byte) 0x80});

    assertThat(low)
        .isLessThan(high)
        .isNotEqualTo(high)
        .isEqualByComparingTo(PeerId.decode(low.toBytes()));
  }
}
