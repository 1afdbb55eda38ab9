package io.ethpeerflow.wire.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifiedSignaturesTest {
  private static final byte[] MESSAGE = {1, 2, 3, 4};

  private final PrivateKey key = PrivateKey.generate(KeyType.ED25519, TestRandom.seeded(1));
  private int checks;

  private VerifiedSignatures counting(int places) {
    return new VerifiedSignatures(
        places,
        (publicKey, message, signature) -> {
          checks++;
          return publicKey.verify(message, signature);
        });
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void saysWhatTheKeySays(KeyType type) {
    PrivateKey signer = PrivateKey.generate(type, TestRandom.seeded(2));
    var verified = new VerifiedSignatures();
    byte[] signature = signer.sign(MESSAGE);
    byte[] wrong = signature.clone();
    wrong[wrong.length - 1] ^= 1;
    for (int i = 0; i < 2; i++) {
      assertThat(verified.verify(signer.publicKey(), MESSAGE, wrong)).isFalse();
      assertThat(verified.verify(signer.publicKey(), MESSAGE, signature)).isTrue();
    }
  }

  @Test
  void checksAValidSignatureOnce() {
    VerifiedSignatures verified = counting(16);
    byte[] signature = key.sign(MESSAGE);
    for (int i = 0; i < 5; i++) {
      assertThat(verified.verify(key.publicKey(), MESSAGE.clone(), signature.clone())).isTrue();
    }
    assertThat(checks).isEqualTo(1);
  }

  @Test
  void remembersNoInvalidSignature() {
    VerifiedSignatures verified = counting(16);
    byte[] signature = new byte[64];
    for (int i = 0; i < 5; i++) {
      assertThat(verified.verify(key.publicKey(), MESSAGE, signature)).isFalse();
    }
    assertThat(checks).isEqualTo(5);
  }

  @Test
  void refusesWhatDiffersInOnePartFromWhatItRemembers() {
    VerifiedSignatures verified = counting(1);
    byte[] signature = key.sign(MESSAGE);
    assertThat(verified.verify(key.publicKey(), MESSAGE, signature)).isTrue();

    PublicKey other = PrivateKey.generate(KeyType.ED25519, TestRandom.seeded(3)).publicKey();
    assertThat(verified.verify(other, MESSAGE, signature)).isFalse();
    assertThat(verified.verify(key.publicKey(), new byte[] {1, 2, 3}, signature)).isFalse();
    assertThat(verified.verify(key.publicKey(), MESSAGE, Arrays.copyOf(signature, 63))).isFalse();
  }

  @Test
  void refusesTheSameBytesCutElsewhere() {
    VerifiedSignatures verified =
        new VerifiedSignatures(1, (publicKey, message, signature) -> message.length == 4);
    assertThat(verified.verify(key.publicKey(), MESSAGE, new byte[] {5, 6})).isTrue();
    assertThat(verified.verify(key.publicKey(), new byte[] {1, 2, 3, 4, 5}, new byte[] {6}))
        .isFalse();
    assertThat(verified.verify(key.publicKey(), new byte[] {1, 2, 3}, new byte[] {4, 5, 6}))
        .isFalse();
  }

  @Test
  void checksAgainWhatWasDisplaced() {
    VerifiedSignatures verified = counting(1);
    byte[] first = key.sign(MESSAGE);
    byte[] second = key.sign(new byte[] {9});
    for (int i = 0; i < 3; i++) {
      assertThat(verified.verify(key.publicKey(), MESSAGE, first)).isTrue();
      assertThat(verified.verify(key.publicKey(), new byte[] {9}, second)).isTrue();
    }
    assertThat(checks).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, (1 << 20) + 1})
  void refusesANumberOfPlacesOutOfRange(int places) {
    assertThatIllegalArgumentException().isThrownBy(() -> new VerifiedSignatures(places));
  }
}
