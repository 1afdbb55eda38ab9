package io.ethpeerflow.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The test vectors of the specification. */
@Spec("tls/vectors")
class CertificateVectorTest {
  private final CertificateVerifier verifier =
      new CertificateVerifier(InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z")));

  static byte[] vector(String name) throws IOException {
    try (InputStream in =
        CertificateVectorTest.class.getResourceAsStream("/vectors/tls/" + name + ".hex")) {
      assertThat(in).isNotNull();
      return HexFormat.of()
          .parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).trim());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ed25519, 12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv",
    "ecdsa, QmfXbAwNjJLXfesgztEHe8HwgVDCMMpZ9Eax1HYq6hn9uE",
    "secp256k1, 16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs",
  })
  void acceptsTheValidOnes(String name, String peer) throws Exception {
    PublicKey key = verifier.verify(vector(name), PeerId.of(peer));
    assertThat(PeerId.of(key)).hasToString(peer);
    assertThat(verifier.verify(vector(name), null)).isEqualTo(key);
  }

  @Test
  void refusesTheOneWhoseHostKeyDidNotSign() throws Exception {
    byte[] invalid = vector("invalid");
    assertThatThrownBy(() -> verifier.verify(invalid, null))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("ECDSA host key did not sign");
  }

  @ParameterizedTest
  @CsvSource({"ed25519", "ecdsa", "secp256k1"})
  void refusesThemForAnotherPeer(String name) throws Exception {
    byte[] valid = vector(name);
    PeerId other = PeerId.of("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
    assertThatThrownBy(() -> verifier.verify(valid, other))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("expected was " + other);
  }

  @Test
  void refusesEveryDamagedByte() throws Exception {
    byte[] valid = vector("ed25519");
    for (int at = 0; at < valid.length; at++) {
      byte[] damaged = valid.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      assertThatThrownBy(() -> verifier.verify(damaged, null))
          .as("byte %d", at)
          .isInstanceOf(CertificateException.class);
    }
  }

  @Test
  void refusesEveryCutAndEveryTail() throws Exception {
    byte[] valid = vector("ecdsa");
    for (int length = 0; length < valid.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(valid, length);
      assertThatThrownBy(() -> verifier.verify(cut, null)).isInstanceOf(CertificateException.class);
    }
    byte[] longer = java.util.Arrays.copyOf(valid, valid.length + 1);
    assertThatThrownBy(() -> verifier.verify(longer, null)).hasMessageContaining("followed by 1");
  }
}
