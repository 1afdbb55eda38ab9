package io.ethpeerflow.tls.certificate;

import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A self-signed certificate with a P-256 key of its own, in which a host key vouches for that key.
 * Made once for a host and used for all its connections: it says no more than the host's peer id.
 *
 * <p>Immutable; {@code toString} shows nothing of the private key. Any thread.
 */
public final class HostCertificate {
  /** The libp2p extension. */
  static final ASN1ObjectIdentifier EXTENSION = new ASN1ObjectIdentifier("1.3.6.1.4.1.53594.1.1");

  /** So that a remote whose clock is late takes it. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  private static final Duration VALIDITY = Duration.ofDays(36_525);
  private static final int SERIAL_BITS = 63;

  private final X509Certificate certificate;
  private final java.security.PrivateKey privateKey;

  private HostCertificate(X509Certificate certificate, java.security.PrivateKey privateKey) {
    this.certificate = certificate;
    this.privateKey = privateKey;
  }

  /**
   * Makes a certificate, valid from an hour ago for a hundred years.
   *
   * @param identity signs; not kept
   * @param now the time
   * @param random for the certificate's key and serial number
   * @throws IllegalStateException when the JDK lacks P-256
   */
  public static HostCertificate create(PrivateKey identity, Instant now, SecureRandom random) {
    try {
      // [spec tls/certificate-key]
      PrivateKey own = PrivateKey.generate(KeyType.ECDSA, random);
      TBSCertificate tbs = toBeSigned(identity, own.publicKey().data(), now, random);
      byte[] signature = own.sign(tbs.getEncoded(ASN1Encoding.DER));
      byte[] der =
          new DERSequence(new ASN1Encodable[] {tbs, algorithm(), new DERBitString(signature)})
              .getEncoded(ASN1Encoding.DER);
      var certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      return new HostCertificate(certificate, forEngines(own));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no certificate with a P-256 key can be made here", e);
    }
  }

  private static java.security.PrivateKey forEngines(PrivateKey own)
      throws GeneralSecurityException, IOException {
    var algorithm =
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
    byte[] sec1 = own.data();
    byte[] pkcs8 = new PrivateKeyInfo(algorithm, ASN1Primitive.fromByteArray(sec1)).getEncoded();
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } finally {
      Arrays.fill(sec1, (byte) 0);
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static TBSCertificate toBeSigned(
      PrivateKey identity, byte[] keyInfo, Instant now, SecureRandom random) throws IOException {
    var name = new X500Name("SERIALNUMBER=" + serial(random));
    var tbs = new V3TBSCertificateGenerator();
    tbs.setSerialNumber(new ASN1Integer(serial(random)));
    tbs.setSignature(algorithm());
    tbs.setIssuer(name);
    tbs.setSubject(name);
    tbs.setStartDate(time(now.minus(BACKDATED)));
    tbs.setEndDate(time(now.plus(VALIDITY)));
    tbs.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(keyInfo));
    // [spec tls/host-signature]
    byte[] signature = identity.sign(CertificateVerifier.signedMessage(keyInfo));
    byte[] signedKey =
        new DERSequence(
                new DEROctetString(identity.publicKey().toBytes()), new DEROctetString(signature))
            .getEncoded(ASN1Encoding.DER);
    // js-libp2p looks at the first extension only, so there is no other
    tbs.setExtensions(new Extensions(new Extension(EXTENSION, false, signedKey)));
    return tbs.generateTBSCertificate();
  }

  private static AlgorithmIdentifier algorithm() {
    return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
  }

  private static BigInteger serial(SecureRandom random) {
    return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
  }

  private static Time time(Instant instant) {
    return new Time(Date.from(instant), Locale.ROOT);
  }

  /** The certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The key of the certificate, which is not the host's identity. */
  public java.security.PrivateKey privateKey() {
    return privateKey;
  }

  @Override
  public String toString() {
    return "HostCertificate until " + certificate.getNotAfter().toInstant();
  }
}
