package io.ethpeerflow.wire.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.wire.peer.PeerId;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class KeyVectorTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "/vectors/peer-ids/keys.csv",
      numLinesToSkip = 1,
      maxCharsPerColumn = 8192)
  // [spec peer-ids/keys]
  // [spec peer-ids/ed25519]
  // [spec peer-ids/ecdsa]
  // [spec peer-ids/secp256k1]
  // [spec peer-ids/rsa]
  // [spec peer-ids/vectors]
  void derivesThePublicKeyOfTheSpecification(KeyType type, String privateHex, String publicHex)
      throws Exception {
    PrivateKey key = PrivateKey.decode(HEX.parseHex(privateHex));

    assertThat(key.type()).isEqualTo(type);
    assertThat(HEX.formatHex(key.publicKey().toBytes())).isEqualTo(publicHex);
    assertThat(HEX.formatHex(key.toBytes())).isEqualTo(privateHex);
    assertThat(PublicKey.decode(HEX.parseHex(publicHex))).isEqualTo(key.publicKey());
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "/vectors/peer-ids/keys.csv",
      numLinesToSkip = 1,
      maxCharsPerColumn = 8192)
  void signsWithThePrivateKeyOfTheSpecification(KeyType type, String privateHex, String publicHex)
      throws Exception {
    byte[] message = {1, 2, 3};
    byte[] signature = PrivateKey.decode(HEX.parseHex(privateHex)).sign(message);
    PublicKey key = PublicKey.decode(HEX.parseHex(publicHex));

    assertThat(key.verify(message, signature)).isTrue();
    assertThat(key.verify(new byte[] {1, 2, 4}, signature)).isFalse();
    signature[signature.length - 1] ^= 1;
    assertThat(key.verify(message, signature)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "/vectors/peer-ids/keys.csv",
      numLinesToSkip = 1,
      maxCharsPerColumn = 8192)
  // [spec peer-ids/derivation]
  void containsShortKeysInThePeerIdAndHashesLongOnes(
      KeyType type, String privateHex, String publicHex) throws Exception {
    PublicKey key = PublicKey.decode(HEX.parseHex(publicHex));
    PeerId id = PeerId.of(key);

    String start =
        switch (type) {
          case ED25519 -> "12D3KooW";
          case SECP256K1 -> "16Uiu2HA";
          case ECDSA, RSA -> "Qm";
        };
    assertThat(id.toString()).startsWith(start);
    assertThat(id.inlinedKey()).isEqualTo(start.equals("Qm") ? null : key);
    assertThat(PeerId.parse(id.toString())).isEqualTo(id);
    assertThat(id.matches(key)).isTrue();
  }
}
