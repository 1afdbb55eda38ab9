package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.SignatureException;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The signature algorithms under the key classes; the only place that knows which library computes
 * them.
 */
final class Signatures {
  /** One elliptic curve of ECDSA. */
  @SuppressWarnings("ImmutableEnumChecker") // the parameters never change
  enum Curve {
    SECP256K1("secp256k1", true),
    P256("secp256r1", false);

    final ECDomainParameters domain;
    final boolean lowS;

    Curve(String name, boolean lowS) {
      X9ECParameters parameters = CustomNamedCurves.getByName(name);
      this.domain = new ECDomainParameters(parameters);
      this.lowS = lowS;
    }

    /** The point with a SEC1 encoding, on the curve and not at infinity. */
    ECPoint point(byte[] sec1) throws WireFormatException {
      try {
        ECPoint point = domain.getCurve().decodePoint(sec1);
        if (!point.isInfinity()) {
          return point;
        }
      } catch (IllegalArgumentException e) {
        throw new WireFormatException(
            "no point of " + this + ": " + sec1.length + " bytes that decode to none");
      }
      throw new WireFormatException("the point at infinity of " + this + " is no public key");
    }

    ECPoint publicPoint(BigInteger secret) {
      return new FixedPointCombMultiplier().multiply(domain.getG(), secret).normalize();
    }

    boolean isSecret(BigInteger secret) {
      return secret.signum() > 0 && secret.compareTo(domain.getN()) < 0;
    }
  }

  private Signatures() {}

  static byte[] ed25519PublicKey(byte[] seed) {
    byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, key, 0);
    return key;
  }

  static byte[] signEd25519(byte[] seed, byte[] publicKey, byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  static boolean verifyEd25519(byte[] publicKey, byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }

  static byte[] signEcdsa(Curve curve, BigInteger secret, byte[] message) {
    var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, curve.domain));
    BigInteger[] rs = signer.generateSignature(sha256(message));
    BigInteger s = rs[1];
    if (curve.lowS && s.compareTo(curve.domain.getN().shiftRight(1)) > 0) {
      s = curve.domain.getN().subtract(s);
    }
    return Der.value(Der.SEQUENCE, Der.unsigned(rs[0]), Der.unsigned(s));
  }

  static boolean verifyEcdsa(Curve curve, ECPoint key, byte[] message, byte[] signature) {
    BigInteger r;
    BigInteger s;
    try {
      var outer = new Der(signature);
      Der rs = outer.enter(Der.SEQUENCE);
      outer.expectEnd();
      r = rs.unsigned(256);
      s = rs.unsigned(256);
      rs.expectEnd();
    } catch (WireFormatException e) {
      return false;
    }
    var verifier = new ECDSASigner();
    verifier.init(false, new ECPublicKeyParameters(key, curve.domain));
    return verifier.verifySignature(sha256(message), r, s);
  }

  static byte[] signRsa(java.security.PrivateKey key, byte[] message) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a valid RSA key cannot sign", e);
    }
  }

  static boolean verifyRsa(java.security.PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException | InvalidKeyException e) {
      return false;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
