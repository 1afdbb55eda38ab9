package io.ethpeerflow.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.tls.certificate.CertificateForge.Kind;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a verifier refuses although it has seen the right certificate before. */
class RememberedCertificateTest {
  private static final PrivateKey HOST = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
  private static final PrivateKey OTHER = PrivateKey.generate(KeyType.ED25519, new SecureRandom());

  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final CertificateVerifier verifier = new CertificateVerifier(() -> now);

  private CertificateForge forge() {
    return CertificateForge.at(now);
  }

  private byte[] accepted(CertificateForge forge) throws CertificateException {
    byte[] der = forge.der();
    for (int i = 0; i < 3; i++) {
      assertThat(verifier.verify(der, null)).isEqualTo(HOST.publicKey());
    }
    return der;
  }

  private void assertRefused(byte[] der, String says) {
    assertThatThrownBy(() -> verifier.verify(der, null))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"P256", "P384", "ED25519", "RSA"})
  @Spec({"tls/self-signature", "tls/host-signature"})
  void refusesOneThatDiffersInAnyByte(Kind kind) throws CertificateException {
    byte[] der = accepted(forge().kind(kind).signedBy(HOST));
    IntStream.range(0, der.length)
        .forEach(
            at -> {
              byte[] changed = der.clone();
              changed[at] ^= 1;
              assertThatThrownBy(() -> verifier.verify(changed, null))
                  .as("byte %d of %d", at, der.length)
                  .isInstanceOf(CertificateException.class);
            });
    assertThat(verifier.verify(der, null)).isEqualTo(HOST.publicKey());
  }

  @Test
  @Spec("tls/self-signature")
  void refusesAnotherSelfSignature() throws CertificateException {
    accepted(forge().signedBy(HOST));
    assertRefused(forge().signedBy(HOST).brokenSelfSignature().der(), "own signature");
  }

  @Test
  @Spec("tls/host-signature")
  void refusesAHostSignatureThatIsNotTheHosts() throws CertificateException {
    accepted(forge().signedBy(HOST));
    byte[] message = CertificateVerifier.signedMessage(Kind.P256.keys().getPublic().getEncoded());
    byte[] stolen = CertificateForge.signedKey(HOST.publicKey().toBytes(), OTHER.sign(message));
    assertRefused(
        forge().extension(CertificateForge.LIBP2P, false, stolen).der(), "host key did not sign");
  }

  @Test
  @Spec("tls/host-signature")
  void refusesAHostSignatureThatIsForTheKeyOfAnotherCertificate() throws CertificateException {
    accepted(forge().signedBy(HOST));
    byte[] signature =
        HOST.sign(CertificateVerifier.signedMessage(Kind.P256.keys().getPublic().getEncoded()));
    byte[] moved = CertificateForge.signedKey(HOST.publicKey().toBytes(), signature);
    assertRefused(
        forge().kind(Kind.RSA).extension(CertificateForge.LIBP2P, false, moved).der(),
        "host key did not sign");
  }

  @Test
  @Spec("tls/validity")
  void refusesOneThatHasExpiredSince() throws CertificateException {
    byte[] der = accepted(forge().valid(now, now.plus(Duration.ofDays(1))).signedBy(HOST));
    now = now.plus(Duration.ofDays(1)).plusSeconds(1);
    assertRefused(der, "now is");
    now = now.minusSeconds(1);
    assertThat(verifier.verify(der, null)).isEqualTo(HOST.publicKey());
  }

  @Test
  @Spec("tls/peer-id")
  void refusesOneOfAnotherPeerThanExpected() throws CertificateException {
    byte[] der = accepted(forge().signedBy(HOST));
    assertThatThrownBy(() -> verifier.verify(der, PeerId.of(OTHER.publicKey())))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("the remote is " + PeerId.of(HOST.publicKey()));
  }

  @Test
  void tellsHostsApartThatVouchForTheSameKey() throws CertificateException {
    accepted(forge().signedBy(HOST));
    assertThat(verifier.verify(forge().signedBy(OTHER).der(), null)).isEqualTo(OTHER.publicKey());
  }
}
