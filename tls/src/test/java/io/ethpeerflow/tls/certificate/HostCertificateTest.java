package io.ethpeerflow.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostCertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:34:56.789Z");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final PrivateKey identity = PrivateKey.generate(KeyType.ED25519, RANDOM);
  private final HostCertificate made = HostCertificate.create(identity, NOW, RANDOM);

  @ParameterizedTest
  @EnumSource(KeyType.class)
  @Spec("tls/vectors")
  void isAcceptedForHostKeysOfAllTypes(KeyType type) throws Exception {
    PrivateKey host = PrivateKey.generate(type, RANDOM);
    byte[] der = HostCertificate.create(host, NOW, RANDOM).certificate().getEncoded();
    PeerId peer = PeerId.of(host.publicKey());
    assertThat(new CertificateVerifier(InstantSource.fixed(NOW)).verify(der, peer))
        .isEqualTo(host.publicKey());
  }

  @Test
  @Spec("tls/extension")
  void carriesTheLibp2pExtensionAloneAndNotCritical() {
    assertThat(made.certificate().getNonCriticalExtensionOIDs())
        .containsExactly("1.3.6.1.4.1.53594.1.1");
    assertThat(made.certificate().getCriticalExtensionOIDs()).isEmpty();
    assertThat(made.certificate().getVersion()).isEqualTo(3);
  }

  @Test
  @Spec("tls/validity")
  void isValidFromAnHourAgoForAHundredYears() throws Exception {
    Instant second = Instant.parse("2026-11-22T12:34:56Z");
    assertThat(made.certificate().getNotBefore().toInstant())
        .isEqualTo(second.minus(Duration.ofHours(1)));
    assertThat(made.certificate().getNotAfter().toInstant())
        .isEqualTo(second.plus(Duration.ofDays(36_525)));
    byte[] der = made.certificate().getEncoded();
    for (Duration ahead : new Duration[] {Duration.ofMinutes(-59), Duration.ofDays(36_500)}) {
      var verifier = new CertificateVerifier(InstantSource.fixed(NOW.plus(ahead)));
      assertThat(verifier.verify(der, null)).isEqualTo(identity.publicKey());
    }
  }

  @Test
  @Spec("tls/certificate-key")
  void hasAP256KeyOfItsOwn() throws Exception {
    assertThat(made.certificate().getPublicKey()).isInstanceOf(ECPublicKey.class);
    assertThat(((ECPublicKey) made.certificate().getPublicKey()).getParams().toString())
        .contains("secp256r1");
    assertThat(made.certificate().getSigAlgName()).isEqualTo("SHA256withECDSA");
    made.certificate().verify(made.certificate().getPublicKey());
  }

  @Test
  void isSmallAndNeverTheSame() throws Exception {
    HostCertificate other = HostCertificate.create(identity, NOW, RANDOM);
    assertThat(made.certificate().getSerialNumber())
        .isPositive()
        .isNotEqualTo(other.certificate().getSerialNumber());
    assertThat(made.certificate().getPublicKey()).isNotEqualTo(other.certificate().getPublicKey());
    assertThat(made.certificate().getEncoded()).hasSizeLessThan(480);
  }

  @Test
  void showsNothingOfItsKey() {
    assertThat(made.toString()).isEqualTo("HostCertificate until 2126-11-23T12:34:56Z");
  }
}
