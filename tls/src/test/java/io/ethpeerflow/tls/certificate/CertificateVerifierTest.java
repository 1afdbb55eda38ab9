package io.ethpeerflow.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.tls.certificate.CertificateForge.Kind;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final PrivateKey HOST = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
  private static final byte[] KEY_USAGE_SIGN = {3, 2, 7, (byte) 0x80};
  private static final byte[] KEY_USAGE_AGREE = {3, 2, 3, 8};

  private final CertificateVerifier verifier = new CertificateVerifier(InstantSource.fixed(NOW));

  private static CertificateForge forge() {
    return CertificateForge.at(NOW);
  }

  private void assertAccepted(CertificateForge forge) {
    assertThatCode(() -> assertThat(verifier.verify(forge.der(), null)).isEqualTo(HOST.publicKey()))
        .doesNotThrowAnyException();
  }

  private void assertRefused(CertificateForge forge, String... says) {
    assertRefused(forge.der(), says);
  }

  private void assertRefused(byte[] der, String... says) {
    var check =
        assertThatThrownBy(() -> verifier.verify(der, null))
            .isInstanceOf(CertificateException.class);
    for (String text : says) {
      check.hasMessageContaining(text);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {
        "P256",
        "P256_SHA384",
        "P384",
        "P384_SHA256",
        "P521",
        "ED25519",
        "RSA",
        "RSA_SHA512"
      })
  void acceptsCertificateKeysOfManyKinds(Kind kind) {
    assertAccepted(forge().kind(kind).signedBy(HOST));
    assertRefused(
        forge().kind(kind).signedBy(HOST).brokenSelfSignature(), "own signature is not valid");
  }

  @Test
  void refusesOldHashesAndSmallKeys() {
    assertRefused(forge().kind(Kind.RSA_SHA1).signedBy(HOST), "algorithm", "SHA-256 or better");
    assertRefused(forge().kind(Kind.RSA_1024).signedBy(HOST), "1024");
  }

  @Test
  void refusesASignatureAlgorithmThatTheKeyIsNotFor() {
    assertRefused(
        forge().signedBy(HOST).outerAlgorithm(Kind.ED25519), "two different signature algorithms");
  }

  @Test
  @Spec("tls/one-certificate")
  void refusesAnythingButOneCertificate() {
    X509Certificate good = forge().signedBy(HOST).certificate();
    assertThatCode(() -> verifier.verify(new X509Certificate[] {good}, null))
        .doesNotThrowAnyException();
    for (int count : new int[] {0, 2, 3}) {
      var chain = new X509Certificate[count];
      java.util.Arrays.fill(chain, good);
      assertThatThrownBy(() -> verifier.verify(chain, null))
          .isInstanceOf(CertificateException.class)
          .hasMessage("chain of " + count + " certificates, allowed is 1");
    }
  }

  @Test
  @Spec("tls/validity")
  void refusesOneThatIsNotYetOrNoLongerValid() {
    Duration second = Duration.ofSeconds(1);
    assertRefused(
        forge().valid(NOW.plus(second), NOW.plus(Duration.ofDays(1))).signedBy(HOST), "now is");
    assertRefused(
        forge().valid(NOW.minus(Duration.ofDays(1)), NOW.minus(second)).signedBy(HOST), "now is");
    assertAccepted(forge().valid(NOW, NOW).signedBy(HOST));
    assertAccepted(
        forge()
            .valid(Instant.parse("1975-01-01T13:00:00Z"), Instant.parse("4096-01-01T13:00:00Z"))
            .signedBy(HOST));
  }

  @Test
  @Spec("tls/extension")
  void refusesOneWithoutTheExtension() {
    assertRefused(forge(), "lacks the libp2p extension");
    assertRefused(forge().extension("1.2.3.4", false, new byte[3]), "lacks the libp2p extension");
  }

  @Test
  @Spec({"tls/extension", "tls/other-extensions"})
  void takesTheExtensionCriticalOrNotAndAnywhere() {
    assertAccepted(forge().signedBy(HOST, true));
    assertAccepted(forge().extension("1.2.3.4", false, new byte[3]).signedBy(HOST));
    assertAccepted(
        forge()
            .extension("2.5.29.19", true, new byte[] {0x30, 0})
            .extension("2.5.29.15", true, KEY_USAGE_SIGN)
            .signedBy(HOST));
  }

  @Test
  @Spec("tls/critical-extensions")
  void refusesACriticalExtensionThatIsUnknown() {
    assertRefused(
        forge().signedBy(HOST).extension("1.2.3.4", true, new byte[3]), "critical", "2a0304");
  }

  @Test
  void refusesAKeyUsageThatDoesNotSign() {
    assertRefused(forge().signedBy(HOST).extension("2.5.29.15", true, KEY_USAGE_AGREE), "keyUsage");
  }

  @Test
  void refusesAnExtensionTwiceAndTooMany() {
    assertRefused(forge().signedBy(HOST).signedBy(HOST), "twice");
    CertificateForge many = forge();
    for (int i = 0; i < 33; i++) {
      many.extension("1.2.3." + i, false, new byte[0]);
    }
    assertRefused(many.signedBy(HOST), "more than 32");
  }

  @Test
  @Spec("tls/unique-ids")
  void refusesUniqueIds() {
    assertRefused(forge().uniqueId(1).signedBy(HOST), "unique id");
    assertRefused(forge().uniqueId(2).signedBy(HOST), "unique id");
  }

  @Test
  void refusesOtherVersions() {
    assertRefused(forge().version(1).signedBy(HOST), "version");
    assertRefused(forge().version(0).signedBy(HOST), "version");
    assertRefused(forge().version(3).signedBy(HOST), "0x03");
  }

  @Test
  void refusesAnEmptyOrFalseCriticalFlag() {
    assertRefused(
        forge()
            .signedBy(HOST)
            .rawExtension(
                new DERSequence(
                    new org.bouncycastle.asn1.ASN1Encodable[] {
                      new ASN1ObjectIdentifier("1.2.3"),
                      ASN1Boolean.FALSE,
                      new DEROctetString(new byte[1])
                    })),
        "not DER");
  }

  @Test
  @Spec("tls/host-signature")
  void refusesAHostKeyThatSignedAnotherKey() {
    byte[] otherKey = Kind.P384.keys().getPublic().getEncoded();
    byte[] signature = HOST.sign(CertificateVerifier.signedMessage(otherKey));
    byte[] signedKey = CertificateForge.signedKey(HOST.publicKey().toBytes(), signature);
    assertRefused(
        forge().extension(CertificateForge.LIBP2P, false, signedKey), "host key did not sign");
    byte[] withoutPrefix = HOST.sign(Kind.P256.keys().getPublic().getEncoded());
    assertRefused(
        forge()
            .extension(
                CertificateForge.LIBP2P,
                false,
                CertificateForge.signedKey(HOST.publicKey().toBytes(), withoutPrefix)),
        "host key did not sign");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "3000", "30030401", "300404000400", "0400", "300604000400050000", "30800000"})
  @Spec("tls/signed-key")
  void refusesAMalformedExtension(String hex) {
    assertRefused(forge().extension(CertificateForge.LIBP2P, false, HexFormat.of().parseHex(hex)));
  }

  @Test
  @Spec("tls/signed-key")
  void refusesAnythingBehindTheSignedKey() {
    byte[] signature =
        HOST.sign(CertificateVerifier.signedMessage(Kind.P256.keys().getPublic().getEncoded()));
    byte[] good = CertificateForge.signedKey(HOST.publicKey().toBytes(), signature);
    byte[] longer = java.util.Arrays.copyOf(good, good.length + 2);
    assertRefused(forge().extension(CertificateForge.LIBP2P, false, longer), "followed by 2");
  }

  @Test
  void refusesAnOverlongCertificateBeforeItLooksAtIt() {
    byte[] padding = new byte[CertificateVerifier.MAX_CERTIFICATE_BYTES];
    assertRefused(forge().signedBy(HOST).extension("1.2.3", false, padding), "16384 allowed");
    assertRefused(new byte[CertificateVerifier.MAX_CERTIFICATE_BYTES + 1], "16385 bytes");
  }

  @Test
  void looksAtThePeerBeforeTheSignatures() {
    PeerId other = PeerId.of(PrivateKey.generate(KeyType.ED25519, new SecureRandom()).publicKey());
    byte[] der = forge().signedBy(HOST).brokenSelfSignature().der();
    assertThatThrownBy(() -> verifier.verify(der, other))
        .hasMessageContaining("the remote is " + PeerId.of(HOST.publicKey()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3082", "30830000ff", "308400000001", "3081", "30818000", "30820080", "30"})
  void refusesLengthsThatAreNotDer(String hex) {
    assertRefused(HexFormat.of().parseHex(hex));
  }
}
