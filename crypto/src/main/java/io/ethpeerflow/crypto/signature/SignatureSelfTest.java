package io.ethpeerflow.crypto.signature;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Asks a provider for known answers before it is trusted. */
final class SignatureSelfTest {
  /** The primes of an RSA key of 2048 bits that is used for nothing else. */
  private static final String P =
      "d615c0233177b56da2f3fb8837699ee5643b8f40329dee716ffaf0f36ed711d614fd605478ff4534"
          + "c427f0e2e5178653b6ba0cd3ec829a84583bc5597d44fa2a5abcd76c2a21dbc814d56efec00baf40"
          + "8c583fa3db3d58deeb740cfe7a479d45e9443f91089bd4c265224680994fcc3df006e7fedcc9444a"
          + "efe81b635083d5ad";

  private static final String Q =
      "c942a84c7a61c8e7a7eff8f27a5597368e2891c5f4843e633ed4603ac061c46a3b8ca5356f891144"
          + "c34c295441db0bc198bb9262919eb46cabe3fe18240f7865b3e11c385eb7c07771a37f38332306dc"
          + "5bf99fbdac6eb045bfcfaa4073d3bdaa3dd53dafcb0a0cc2c0c9a348a49046ef8a936c5308fb887d"
          + "963c92412b905439";

  /** DER of a DigestInfo with SHA-256, up to the digest. */
  private static final String DIGEST_INFO = "3031300d060960864801650304020105000420";

  private record Vector(byte[] privateKey, byte[] publicKey, byte[] message, byte[] signature) {
    Vector(String privateKey, String publicKey, byte[] message, String signature) {
      this(hex(privateKey), hex(publicKey), message, hex(signature));
    }
  }

  private SignatureSelfTest() {}

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** What is wrong, or null. */
  static @Nullable String failureOf(
      SignatureProvider provider, SignatureAlgorithm algorithm, SignatureOperation operation) {
    Vector vector =
        switch (algorithm) {
          case ED25519 -> ed25519();
          case P256 -> p256();
          case SECP256K1 -> secp256k1();
          case RSA -> rsa();
        };
    if (operation == SignatureOperation.SIGN) {
      Signer signer = provider.signer(algorithm, vector.privateKey(), vector.publicKey());
      return Arrays.equals(signer.sign(vector.message()), vector.signature())
          ? null
          : "its signature of the test message is wrong";
    }
    if (!provider.verify(algorithm, vector.publicKey(), vector.message(), vector.signature())) {
      return "it does not verify the test signature";
    }
    byte[] changed = vector.message().clone();
    changed[0] ^= 1;
    return provider.verify(algorithm, vector.publicKey(), changed, vector.signature())
        ? "it verifies the signature of another message"
        : null;
  }

  /** RFC 8032, section 7.1, test 3. */
  private static Vector ed25519() {
    return new Vector(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        hex("af82"),
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  }

  /** RFC 6979, appendix A.2.5, SHA-256. */
  private static Vector p256() {
    return new Vector(
        "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
        "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
        "sample".getBytes(StandardCharsets.US_ASCII),
        "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
            + "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  }

  /** The secret 1, whose public key is the generator; the answer is in many libraries' tests. */
  private static Vector secp256k1() {
    return new Vector(
        "00".repeat(31) + "01",
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
            + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
        "Satoshi Nakamoto".getBytes(StandardCharsets.US_ASCII),
        "3045022100934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
            + "02202442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
  }

  /** RFC 8017, section 8.2, by its formulas. */
  private static Vector rsa() {
    var p = new BigInteger(P, 16);
    var q = new BigInteger(Q, 16);
    BigInteger n = p.multiply(q);
    BigInteger e = BigInteger.valueOf(65537);
    BigInteger p1 = p.subtract(BigInteger.ONE);
    BigInteger q1 = q.subtract(BigInteger.ONE);
    BigInteger d = e.modInverse(p1.multiply(q1));
    byte[] message = "sample".getBytes(StandardCharsets.US_ASCII);
    try {
      HexFormat hex = HexFormat.of();
      String info =
          DIGEST_INFO + hex.formatHex(MessageDigest.getInstance("SHA-256").digest(message));
      int padding = 256 - 3 - info.length() / 2;
      var padded = new BigInteger("0001" + "ff".repeat(padding) + "00" + info, 16);
      String signature = padded.modPow(d, n).toString(16);
      KeyFactory factory = KeyFactory.getInstance("RSA");
      return new Vector(
          factory
              .generatePrivate(
                  new RSAPrivateCrtKeySpec(n, e, d, p, q, d.mod(p1), d.mod(q1), q.modInverse(p)))
              .getEncoded(),
          factory.generatePublic(new RSAPublicKeySpec(n, e)).getEncoded(),
          message,
          hex("0".repeat(512 - signature.length()) + signature));
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
