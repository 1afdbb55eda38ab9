package io.ethpeerflow.crypto.signature;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's lightweight signatures: plain Java, always there. The only one to sign with
 * ECDSA, because the others' signatures differ each time. RSA is left to the JDK, which has the
 * same arithmetic.
 */
public final class BouncyCastleSignatures implements SignatureProvider {
  private static final JcaSignatures EXACT = new JcaSignatures(null);

  /** For the service loader. */
  public BouncyCastleSignatures() {}

  @Override
  public String name() {
    return "bouncycastle";
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public int rank(SignatureAlgorithm algorithm, SignatureOperation operation) {
    return switch (algorithm) {
      case ED25519 -> operation == SignatureOperation.SIGN ? 60 : 40;
      case P256 -> 40;
      case SECP256K1 -> 80;
      case RSA -> 0;
    };
  }

  @Override
  public boolean verify(
      SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
    return switch (algorithm) {
      case ED25519 ->
          publicKey.length == Ed25519.PUBLIC_KEY_SIZE
              && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length)
              && (hasNoCofactor(publicKey, signature)
                  || EXACT.verify(SignatureAlgorithm.ED25519, publicKey, message, signature));
      case P256, SECP256K1 ->
          verifyEcdsa(EllipticCurve.of(algorithm), publicKey, message, signature);
      case RSA -> throw new IllegalArgumentException("RSA is not to be had here");
    };
  }

  /**
   * Whether key and R are both in the subgroup of prime order. Bouncy Castle multiplies the
   * equation of RFC 8032 by the cofactor, all others (Go's and Rust's libraries too) do not: a
   * signature made on purpose would be right for it and wrong for them. Only where a cofactor is
   * involved can the two differ, and only then somebody else is asked.
   */
  private static boolean hasNoCofactor(byte[] publicKey, byte[] signature) {
    return Ed25519.validatePublicKeyFull(publicKey, 0)
        && Ed25519.validatePublicKeyFull(signature, 0);
  }

  private static boolean verifyEcdsa(
      EllipticCurve curve, byte[] publicKey, byte[] message, byte[] signature) {
    EcdsaSignature rs = EcdsaSignature.parse(signature, curve.order());
    if (rs == null) {
      return false;
    }
    ECPoint point;
    try {
      point = curve.decode(publicKey);
    } catch (IllegalArgumentException noPoint) {
      return false;
    }
    var verifier = new ECDSASigner();
    verifier.init(false, new ECPublicKeyParameters(point, curve.domain()));
    return verifier.verifySignature(sha256(message), rs.r(), rs.s());
  }

  @Override
  public Signer signer(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey) {
    return switch (algorithm) {
      case ED25519 -> ed25519(privateKey.clone(), publicKey.clone());
      case P256, SECP256K1 -> ecdsa(EllipticCurve.of(algorithm), privateKey);
      case RSA -> throw new IllegalArgumentException("RSA is not to be had here");
    };
  }

  private static Signer ed25519(byte[] seed, byte[] publicKey) {
    return message -> {
      byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
      Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
      return signature;
    };
  }

  private static Signer ecdsa(EllipticCurve curve, byte[] privateKey) {
    if (!curve.isSecret(privateKey)) {
      throw new IllegalArgumentException("no secret of " + curve);
    }
    var key = new ECPrivateKeyParameters(new BigInteger(1, privateKey), curve.domain());
    return message -> {
      // RFC 6979
      var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
      signer.init(true, key);
      BigInteger[] rs = signer.generateSignature(sha256(message));
      return new EcdsaSignature(rs[0], curve.normalized(rs[1])).der();
    };
  }

  private static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
