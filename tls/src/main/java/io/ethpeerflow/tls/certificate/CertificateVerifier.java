package io.ethpeerflow.tls.certificate;

import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.crypto.VerifiedSignatures;
import io.ethpeerflow.wire.peer.PeerId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a remote presents in a TLS or QUIC handshake, and says who it is (tls specification,
 * Peer Authentication): exactly one certificate, valid now, signed by its own key, with the libp2p
 * extension in which the host key vouches for the certificate's key, and no critical extension that
 * is unknown.
 *
 * <p>Host keys of all four types are accepted. The certificate's key may be of P-256, P-384, P-521,
 * Ed25519, or RSA of 2048 to 8192 bits; self-signatures with a hash older than SHA-256 are refused.
 *
 * <p>A peer presents the same certificate at each of its connections. So the two signatures in it,
 * the host key's and its own, are checked once: which ones were valid is remembered in a fixed
 * number of places ({@link VerifiedSignatures}). All else, its form, its dates and whose it is, is
 * looked at each time. Self-signatures of the less usual algorithms, which are left to the JDK, are
 * not remembered.
 *
 * <p>That the remote owns the certificate's key is proved by each handshake, not here. One instance
 * serves a host. Any thread.
 */
public final class CertificateVerifier {
  /** Longest certificate that is looked at, in bytes; an RSA host key of 8192 bits makes 3 KB. */
  public static final int MAX_CERTIFICATE_BYTES = 16 << 10;

  static final byte[] PREFIX = "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);

  private static final String ECDSA_SHA256 = "2a8648ce3d040302";
  private static final String RSA_SHA256 = "2a864886f70d01010b";
  private static final String ED25519 = "2b6570";

  /** Less usual ones, left to the JDK: ECDSA with SHA-384 and -512, RSA with them, RSA-PSS. */
  private static final Map<String, String> CHECKED_BY_THE_JDK =
      Map.of(
          "2a8648ce3d040303", "ecdsa-with-SHA384",
          "2a8648ce3d040304", "ecdsa-with-SHA512",
          "2a864886f70d01010c", "sha384WithRSA",
          "2a864886f70d01010d", "sha512WithRSA",
          "2a864886f70d01010a", "RSASSA-PSS");

  private final InstantSource time;
  private final VerifiedSignatures signatures = new VerifiedSignatures();

  /** A verifier that asks {@code time} whether a certificate is valid, and remembers none yet. */
  public CertificateVerifier(InstantSource time) {
    this.time = time;
  }

  /**
   * Checks a chain as a trust manager gets it.
   *
   * @param chain what the remote sent
   * @param expected who it must be; null accepts anyone
   * @return the host key
   * @throws CertificateException with what is wrong with it
   */
  public PublicKey verify(X509Certificate[] chain, @Nullable PeerId expected)
      throws CertificateException {
    // [spec tls/one-certificate] a longer chain ends the handshake
    if (chain.length != 1) {
      throw new CertificateException("chain of " + chain.length + " certificates, allowed is 1");
    }
    return verify(chain[0].getEncoded(), expected);
  }

  /**
   * Checks a certificate.
   *
   * @param der the whole certificate
   * @param expected who the remote must be; null accepts anyone
   * @return the host key
   * @throws CertificateException with what is wrong with it
   */
  public PublicKey verify(byte[] der, @Nullable PeerId expected) throws CertificateException {
    if (der.length > MAX_CERTIFICATE_BYTES) {
      throw new CertificateException(
          "certificate of "
              + der.length
              + " bytes exceeds the "
              + MAX_CERTIFICATE_BYTES
              + " allowed");
    }
    try {
      // [spec tls/vectors]
      ParsedCertificate certificate = ParsedCertificate.parse(der);
      checkValidity(certificate, time.instant());
      SignedKey signedKey = SignedKey.of(certificate);
      PeerId peer = PeerId.of(signedKey.hostKey());
      // [spec tls/peer-id] looked at first, as it costs no signature
      if (expected != null && !expected.equals(peer)) {
        throw new CertificateException("the remote is " + peer + ", expected was " + expected);
      }
      checkHostSignature(certificate, signedKey);
      checkSelfSignature(certificate, der);
      return signedKey.hostKey();
    } catch (WireFormatException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  private static void checkValidity(ParsedCertificate certificate, Instant now)
      throws CertificateException {
    // [spec tls/validity] not yet valid or expired ends the handshake
    if (now.isBefore(certificate.notBefore()) || now.isAfter(certificate.notAfter())) {
      throw new CertificateException(
          "certificate is valid from "
              + certificate.notBefore()
              + " to "
              + certificate.notAfter()
              + ", now is "
              + now);
    }
  }

  /** The content of the libp2p extension. */
  private record SignedKey(PublicKey hostKey, byte[] signature) {
    static SignedKey of(ParsedCertificate certificate)
        throws CertificateException, WireFormatException {
      byte[] extension = certificate.signedKey();
      // [spec tls/extension]
      if (extension == null) {
        throw new CertificateException("certificate lacks the libp2p extension");
      }
      var outer = new DerReader(extension);
      // [spec tls/signed-key]
      DerReader fields = outer.enter(DerReader.SEQUENCE, "SignedKey");
      outer.expectEnd("SignedKey");
      byte[] publicKey = fields.content(DerReader.OCTET_STRING, "publicKey");
      byte[] signature = fields.content(DerReader.OCTET_STRING, "signature");
      fields.expectEnd("SignedKey");
      return new SignedKey(PublicKey.decode(publicKey), signature);
    }
  }

  private void checkHostSignature(ParsedCertificate certificate, SignedKey signedKey)
      throws CertificateException {
    byte[] message = signedMessage(certificate.subjectPublicKeyInfo());
    // [spec tls/host-signature] the host key vouches for the certificate's key
    if (!signatures.verify(signedKey.hostKey(), message, signedKey.signature())) {
      throw new CertificateException(
          "the "
              + signedKey.hostKey().type()
              + " host key did not sign the key of the certificate");
    }
  }

  /** What a host key signs. */
  static byte[] signedMessage(byte[] subjectPublicKeyInfo) {
    byte[] message = Arrays.copyOf(PREFIX, PREFIX.length + subjectPublicKeyInfo.length);
    System.arraycopy(subjectPublicKeyInfo, 0, message, PREFIX.length, subjectPublicKeyInfo.length);
    return message;
  }

  private void checkSelfSignature(ParsedCertificate certificate, byte[] der)
      throws CertificateException, WireFormatException {
    String algorithm = certificate.signatureAlgorithm();
    byte[] keyInfo = certificate.subjectPublicKeyInfo();
    boolean valid =
        switch (algorithm) {
          case ECDSA_SHA256 ->
              SignatureAlgorithm.P256.isKeyInfo(keyInfo)
                  ? verifies(KeyType.ECDSA, keyInfo, certificate)
                  : verifiesWithTheJdk(der);
          case RSA_SHA256 -> verifies(KeyType.RSA, keyInfo, certificate);
          case ED25519 -> verifies(KeyType.ED25519, ed25519Key(keyInfo), certificate);
          default -> {
            if (!CHECKED_BY_THE_JDK.containsKey(algorithm)) {
              throw new CertificateException(
                  "certificate is signed with algorithm "
                      + algorithm
                      + " (DER), allowed are ECDSA, Ed25519 and RSA with SHA-256 or better");
            }
            yield verifiesWithTheJdk(der);
          }
        };
    // [spec tls/self-signature] one that is not valid ends the handshake
    if (!valid) {
      throw new CertificateException("the certificate's own signature is not valid");
    }
  }

  private static byte[] ed25519Key(byte[] keyInfo) throws WireFormatException {
    if (!SignatureAlgorithm.ED25519.isKeyInfo(keyInfo)) {
      throw new WireFormatException(
          "certificate is signed with Ed25519, its key of " + keyInfo.length + " bytes is another");
    }
    return SignatureAlgorithm.ED25519.publicKeyOf(keyInfo);
  }

  private boolean verifies(KeyType type, byte[] key, ParsedCertificate certificate)
      throws WireFormatException {
    return signatures.verify(
        PublicKey.ofData(type, key), certificate.tbs(), certificate.signature());
  }

  private static boolean verifiesWithTheJdk(byte[] der) throws CertificateException {
    try {
      var certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      certificate.verify(certificate.getPublicKey());
      return true;
    } catch (CertificateException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
