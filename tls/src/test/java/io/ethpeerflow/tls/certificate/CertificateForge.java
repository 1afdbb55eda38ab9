package io.ethpeerflow.tls.certificate;

import io.ethpeerflow.wire.crypto.PrivateKey;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;

/** Makes certificates of any kind, right and wrong, by parts. */
public final class CertificateForge {
  /** The libp2p extension. */
  public static final String LIBP2P = "1.3.6.1.4.1.53594.1.1";

  private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();

  /** How a certificate's key is made, and how it signs. */
  public enum Kind {
    P256("EC", 256, "SHA256withECDSA", "1.2.840.10045.4.3.2", false),
    P256_SHA384("EC", 256, "SHA384withECDSA", "1.2.840.10045.4.3.3", false),
    P384("EC", 384, "SHA384withECDSA", "1.2.840.10045.4.3.3", false),
    P384_SHA256("EC", 384, "SHA256withECDSA", "1.2.840.10045.4.3.2", false),
    P521("EC", 521, "SHA512withECDSA", "1.2.840.10045.4.3.4", false),
    ED25519("Ed25519", 255, "Ed25519", "1.3.101.112", false),
    RSA("RSA", 2048, "SHA256withRSA", "1.2.840.113549.1.1.11", true),
    RSA_SHA512("RSA", 2048, "SHA512withRSA", "1.2.840.113549.1.1.13", true),
    RSA_SHA1("RSA", 2048, "SHA1withRSA", "1.2.840.113549.1.1.5", true),
    RSA_1024("RSA", 1024, "SHA256withRSA", "1.2.840.113549.1.1.11", true);

    private final String algorithm;
    private final int bits;
    private final String signature;
    private final String oid;
    private final boolean parameters;

    Kind(String algorithm, int bits, String signature, String oid, boolean parameters) {
      this.algorithm = algorithm;
      this.bits = bits;
      this.signature = signature;
      this.oid = oid;
      this.parameters = parameters;
    }

    KeyPair keys() {
      return KEYS.computeIfAbsent(algorithm + bits, name -> generate());
    }

    private KeyPair generate() {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (!algorithm.equals("Ed25519")) {
          generator.initialize(bits);
        }
        return generator.generateKeyPair();
      } catch (java.security.GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    AlgorithmIdentifier identifier() {
      var id = new ASN1ObjectIdentifier(oid);
      return parameters
          ? new AlgorithmIdentifier(id, DERNull.INSTANCE)
          : new AlgorithmIdentifier(id);
    }
  }

  private Kind kind = Kind.P256;
  private Instant notBefore;
  private Instant notAfter;
  private int version = 2;
  private X500Name name = new X500Name("CN=forged");
  private AlgorithmIdentifier outerAlgorithm = kind.identifier();
  private boolean breakSelfSignature;
  private byte[] signedKeyInfo = kind.keys().getPublic().getEncoded();
  private final List<ASN1Encodable> uniqueIds = new ArrayList<>();
  private final List<ASN1Encodable> extensions = new ArrayList<>();

  private CertificateForge(Instant now) {
    notBefore = now.minus(Duration.ofHours(1));
    notAfter = now.plus(Duration.ofDays(365));
  }

  /** A certificate without extensions, valid around {@code now}. */
  public static CertificateForge at(Instant now) {
    return new CertificateForge(now);
  }

  /** As {@link #at}, with an Ed25519 key. */
  public static CertificateForge ed25519(Instant now) {
    return at(now).kind(Kind.ED25519);
  }

  /** As {@link #at}, with an RSA key of 2048 bits. */
  public static CertificateForge rsa(Instant now) {
    return at(now).kind(Kind.RSA);
  }

  /** The content of the extension, with any signature. */
  public static byte[] signedKeyOf(PrivateKey host, byte[] signature) {
    return signedKey(host.publicKey().toBytes(), signature);
  }

  CertificateForge kind(Kind other) {
    kind = other;
    outerAlgorithm = other.identifier();
    signedKeyInfo = other.keys().getPublic().getEncoded();
    return this;
  }

  /** With other dates. */
  public CertificateForge valid(Instant from, Instant to) {
    notBefore = from;
    notAfter = to;
    return this;
  }

  CertificateForge version(int number) {
    version = number;
    return this;
  }

  CertificateForge name(String text) {
    name = new X500Name(text);
    return this;
  }

  CertificateForge outerAlgorithm(Kind other) {
    outerAlgorithm = other.identifier();
    return this;
  }

  /** With a self-signature over something else. */
  public CertificateForge brokenSelfSignature() {
    breakSelfSignature = true;
    return this;
  }

  CertificateForge uniqueId(int tag) {
    uniqueIds.add(new DERTaggedObject(false, tag, new DERBitString(new byte[] {1, 2})));
    return this;
  }

  /** With an extension of any content. */
  public CertificateForge extension(String oid, boolean critical, byte[] value) {
    return rawExtension(
        new Extension(new ASN1ObjectIdentifier(oid), critical, value).toASN1Primitive());
  }

  CertificateForge rawExtension(ASN1Encodable extension) {
    extensions.add(extension);
    return this;
  }

  /** With the libp2p extension as it should be. */
  public CertificateForge signedBy(PrivateKey host) {
    return signedBy(host, false);
  }

  CertificateForge signedBy(PrivateKey host, boolean critical) {
    byte[] signature = host.sign(CertificateVerifier.signedMessage(signedKeyInfo));
    return extension(LIBP2P, critical, signedKey(host.publicKey().toBytes(), signature));
  }

  static byte[] signedKey(byte[] publicKey, byte[] signature) {
    return encoded(new DERSequence(new DEROctetString(publicKey), new DEROctetString(signature)));
  }

  static byte[] encoded(ASN1Encodable value) {
    try {
      return value.toASN1Primitive().getEncoded("DER");
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The key of the certificate. */
  public KeyPair keys() {
    return kind.keys();
  }

  /** The certificate. */
  public X509Certificate certificate() {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der()));
    } catch (java.security.cert.CertificateException e) {
      throw new AssertionError(e);
    }
  }

  byte[] der() {
    var tbs = new ASN1EncodableVector();
    if (version > 0) {
      tbs.add(new DERTaggedObject(true, 0, new ASN1Integer(version)));
    }
    tbs.add(new ASN1Integer(BigInteger.valueOf(12_345)));
    tbs.add(kind.identifier());
    tbs.add(name);
    tbs.add(
        new DERSequence(
            new Time(Date.from(notBefore), Locale.ROOT),
            new Time(Date.from(notAfter), Locale.ROOT)));
    tbs.add(name);
    tbs.add(SubjectPublicKeyInfo.getInstance(kind.keys().getPublic().getEncoded()));
    uniqueIds.forEach(tbs::add);
    if (!extensions.isEmpty()) {
      tbs.add(
          new DERTaggedObject(true, 3, new DERSequence(extensions.toArray(ASN1Encodable[]::new))));
    }
    byte[] message = encoded(new DERSequence(tbs));
    var certificate = new ASN1EncodableVector();
    certificate.add(new DERSequence(tbs));
    certificate.add(outerAlgorithm);
    certificate.add(new DERBitString(sign(message)));
    return encoded(new DERSequence(certificate));
  }

  private byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance(kind.signature);
      signer.initSign(kind.keys().getPrivate());
      signer.update(message);
      if (breakSelfSignature) {
        signer.update((byte) 1);
      }
      return signer.sign();
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
