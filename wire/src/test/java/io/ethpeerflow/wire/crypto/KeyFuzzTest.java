package io.ethpeerflow.wire.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.WireFormatException;

class KeyFuzzTest {
  private static final byte[] MESSAGE = {1, 2, 3};
  private static final PrivateKey SECP256K1 =
      PrivateKey.generate(KeyType.SECP256K1, TestRandom.seeded(1));
  private static final PrivateKey P256 = PrivateKey.generate(KeyType.ECDSA, TestRandom.seeded(1));

  @FuzzTest(maxDuration = "5m")
  void publicKey(byte[] input) {
    try {
      PublicKey key = PublicKey.decode(input);
      assertThat(PublicKey.decode(key.toBytes())).isEqualTo(key);
      assertThat(key.verify(MESSAGE, input)).isFalse();
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void privateKey(byte[] input) {
    try {
      PrivateKey key = PrivateKey.decode(input);
      assertThat(PrivateKey.decode(key.toBytes())).isEqualTo(key);
      assertThat(key.publicKey().verify(MESSAGE, key.sign(MESSAGE))).isTrue();
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void ecdsaSignature(byte[] input) {
    assertThat(SECP256K1.publicKey().verify(input, input)).isFalse();
    assertThat(P256.publicKey().verify(input, input)).isFalse();
  }
}
