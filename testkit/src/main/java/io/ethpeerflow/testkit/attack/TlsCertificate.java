package io.ethpeerflow.testkit.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with a P-256 key of its own, as an attacker wants it: what its libp2p extension
 * holds, how long it is valid and whether its signature is right is the test's to say.
 */
public final class TlsCertificate {
  private static final byte[] ECDSA_WITH_SHA256 =
      Der.sequence(
          Der.value(Der.OBJECT_IDENTIFIER, Bytes.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2)));
  // 1.3.6.1.4.1.53594.1.1
  private static final byte[] LIBP2P_EXTENSION =
      Der.value(Der.OBJECT_IDENTIFIER, Bytes.of(0x2b, 6, 1, 4, 1, 0x83, 0xa2, 0x5a, 1, 1));
  private static final byte[] NAME =
      Der.sequence(
          Der.value(
              Der.SET,
              Der.sequence(
                  Der.value(Der.OBJECT_IDENTIFIER, Bytes.of(0x55, 4, 3)),
                  Der.value(Der.UTF8_STRING, "attacker".getBytes(US_ASCII)))));
  private static final byte[] SIGNED_PREFIX = "libp2p-tls-handshake:".getBytes(US_ASCII);
  private static final String START = "20200101000000Z";
  private static final String LATE_END = "21200101000000Z";
  private static final String EARLY_END = "20210101000000Z";

  private final X509Certificate certificate;
  private final PrivateKey key;

  private TlsCertificate(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** One that an honest peer would make. */
  public static TlsCertificate honest(Identity identity) {
    return with(keyInfo -> signedKey(identity, identity, keyInfo));
  }

  /**
   * One whose extension is made from the certificate's public key information.
   *
   * @param extension null leaves the extension out
   */
  public static TlsCertificate with(@Nullable UnaryOperator<byte[]> extension) {
    return create(extension, LATE_END, true);
  }

  /** An honest one whose time is over. */
  public static TlsCertificate expired(Identity identity) {
    return create(keyInfo -> signedKey(identity, identity, keyInfo), EARLY_END, true);
  }

  /** One that is honest but for its own signature. */
  public static TlsCertificate wronglySigned(Identity identity) {
    return create(keyInfo -> signedKey(identity, identity, keyInfo), LATE_END, false);
  }

  /**
   * The content of the libp2p extension.
   *
   * @param shown whose key is shown
   * @param signing who vouches; another one than {@code shown} is a lie
   * @param keyInfo what is vouched for
   */
  public static byte[] signedKey(Identity shown, Identity signing, byte[] keyInfo) {
    return Der.sequence(
        Der.value(Der.OCTET_STRING, shown.publicKey()),
        Der.value(Der.OCTET_STRING, signing.sign(Bytes.join(SIGNED_PREFIX, keyInfo))));
  }

  private static TlsCertificate create(
      @Nullable UnaryOperator<byte[]> extension, String end, boolean rightlySigned) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
      KeyPair keys = generator.generateKeyPair();
      byte[] keyInfo = keys.getPublic().getEncoded();
      byte[] extensions =
          extension == null
              ? new byte[0]
              : Der.tagged(
                  3,
                  Der.sequence(
                      Der.sequence(
                          LIBP2P_EXTENSION,
                          Der.value(Der.OCTET_STRING, extension.apply(keyInfo)))));
      byte[] toBeSigned =
          Der.sequence(
              Der.tagged(0, Der.value(Der.INTEGER, Bytes.of(2))),
              Der.value(Der.INTEGER, Bytes.of(1)),
              ECDSA_WITH_SHA256,
              NAME,
              Der.sequence(Der.time(START), Der.time(end)),
              NAME,
              keyInfo,
              extensions);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(rightlySigned ? toBeSigned : NAME);
      byte[] der =
          Der.sequence(
              toBeSigned,
              ECDSA_WITH_SHA256,
              Der.value(Der.BIT_STRING, Bytes.of(0), signature.sign()));
      var certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      return new TlsCertificate(certificate, keys.getPrivate());
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /** What is shown. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The key that belongs to it. */
  public PrivateKey key() {
    return key;
  }

  /** Says the type only. */
  @Override
  public String toString() {
    return "certificate of an attacker";
  }
}
