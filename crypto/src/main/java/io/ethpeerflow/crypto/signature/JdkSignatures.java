package io.ethpeerflow.crypto.signature;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own signatures: always there, slow but for RSA. It has no secp256k1, and its ECDSA is
 * not deterministic.
 */
public final class JdkSignatures implements SignatureProvider {
  private static final JcaSignatures ALGORITHMS = new JcaSignatures(null);

  /** RFC 8017, section 9.2: DER of a DigestInfo with SHA-256, up to the digest. */
  private static final byte[] DIGEST_INFO =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  /** For the service loader. */
  public JdkSignatures() {}

  @Override
  public String name() {
    return "jdk";
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public int rank(SignatureAlgorithm algorithm, SignatureOperation operation) {
    return switch (algorithm) {
      case ED25519 -> 10;
      case P256 -> operation == SignatureOperation.VERIFY ? 10 : 0;
      case RSA -> operation == SignatureOperation.SIGN ? 40 : 60;
      case SECP256K1 -> 0;
    };
  }

  @Override
  public boolean verify(
      SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
    return algorithm == SignatureAlgorithm.RSA
        ? verifyRsa(publicKey, message, signature)
        : ALGORITHMS.verify(algorithm, publicKey, message, signature);
  }

  /**
   * RFC 8017, section 8.2.2, by comparison: the JDK's Signature also takes a DigestInfo without
   * parameters, which is another encoding of the same digest.
   */
  private static boolean verifyRsa(byte[] publicKey, byte[] message, byte[] signature) {
    try {
      var key =
          (RSAPublicKey)
              KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(publicKey));
      BigInteger modulus = key.getModulus();
      int bytes = (modulus.bitLength() + 7) / 8;
      var number = new BigInteger(1, signature);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(message);
      int padding = bytes - 3 - DIGEST_INFO.length - digest.length;
      if (signature.length != bytes || number.compareTo(modulus) >= 0 || padding < 8) {
        return false;
      }
      byte[] expected = new byte[bytes];
      expected[1] = 1;
      Arrays.fill(expected, 2, 2 + padding, (byte) 0xff);
      System.arraycopy(DIGEST_INFO, 0, expected, 3 + padding, DIGEST_INFO.length);
      System.arraycopy(digest, 0, expected, bytes - digest.length, digest.length);
      return number.modPow(key.getPublicExponent(), modulus).equals(new BigInteger(1, expected));
    } catch (InvalidKeySpecException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA cannot be verified", e);
    }
  }

  @Override
  public Signer signer(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey) {
    return ALGORITHMS.signer(algorithm, privateKey);
  }
}
