package io.ethpeerflow.crypto.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.seed.Seeds;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every X25519 that is available. */
@ParameterizedClass
@MethodSource("available")
class KeyAgreementTest {
  @Parameter int index;

  static List<Integer> available() {
    return IntStream.range(0, KeyAgreements.available().size()).boxed().toList();
  }

  private KeyAgreement agreement() {
    return KeyAgreements.available().get(index);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] littleEndian(BigInteger u) {
    byte[] bytes = new byte[KeyAgreement.KEY_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = u.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  @Test
  void givesTheAnswersOfRfc7748() {
    // section 5.2, first and second
    assertThat(
            agreement()
                .agree(
                    hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                    hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")))
        .isEqualTo(hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
    assertThat(
            agreement()
                .agree(
                    hex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
                    hex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493")))
        .isEqualTo(hex("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"));
  }

  @Test
  void makesTheKeysOfRfc7748() {
    // section 6.1: Bob's private key, his public key, and what he shares with Alice
    byte[] bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    byte[] alice = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assertThat(agreement().publicKey(bob))
        .isEqualTo(hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
    assertThat(agreement().agree(bob, alice))
        .isEqualTo(hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));
  }

  @Test
  void givesZerosForPointsOfLowOrder() {
    // u = 0, 1, p-1, p, p+1 and the two of order eight, each also with the bit that is ignored
    for (String reversed :
        List.of(
            "00",
            "01",
            "7f" + "ff".repeat(30) + "ec",
            "7f" + "ff".repeat(30) + "ed",
            "7f" + "ff".repeat(30) + "ee",
            "00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0",
            "57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5f")) {
      byte[] point = littleEndian(new BigInteger(reversed, 16));
      assertThat(agreement().agree(hex("11".repeat(32)), point)).isEqualTo(new byte[32]);
      point[31] |= (byte) 0x80;
      assertThat(agreement().agree(hex("11".repeat(32)), point)).isEqualTo(new byte[32]);
    }
  }

  @Test
  void agreesWithEveryOther() {
    Seeds.check(
        40,
        random -> {
          byte[] ours = random.edgyBytes(32, 32);
          byte[] theirs = random.edgyBytes(32, 32);
          KeyAgreement other = new BouncyCastleX25519();
          assertThat(agreement().publicKey(ours)).isEqualTo(other.publicKey(ours));
          assertThat(agreement().agree(ours, theirs)).isEqualTo(other.agree(ours, theirs));
          assertThat(agreement().agree(ours, other.publicKey(theirs)))
              .isEqualTo(agreement().agree(theirs, other.publicKey(ours)));
        });
  }

  @Test
  void agreesOnNothingWithAnErasedPair() {
    DhKeyPair pair = DhKeyPair.of(agreement(), hex("11".repeat(32)));
    byte[] publicKey = pair.publicKey();
    byte[] remote = agreement().publicKey(hex("22".repeat(32)));
    assertThat(pair.agree(remote)).isEqualTo(agreement().agree(hex("11".repeat(32)), remote));
    pair.erase();
    pair.erase();
    assertThatThrownBy(() -> pair.agree(remote)).isInstanceOf(IllegalStateException.class);
    assertThat(pair.publicKey()).isEqualTo(publicKey);
  }
}
