package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.Signatures.Curve;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;

final class EcdsaPrivateKey implements PrivateKey {
  private static final int SECRET_BYTES = 32;
  private static final int CONTEXT_0 = 0xa0;
  private static final int CONTEXT_1 = 0xa1;
  private static final byte[] ONE = {1};
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("2a8648ce3d0201");
  private static final byte[] P256 = HexFormat.of().parseHex("2a8648ce3d030107");

  private final BigInteger secret;
  private final EcdsaPublicKey publicKey;

  private EcdsaPrivateKey(BigInteger secret) {
    this.secret = secret;
    this.publicKey = new EcdsaPublicKey(Curve.P256.publicPoint(secret));
  }

  static EcdsaPrivateKey generate(SecureRandom random) {
    return new EcdsaPrivateKey(secret(Curve.P256, random));
  }

  /** A number from 1 to the order of the curve less 1, each as likely as the other. */
  static BigInteger secret(Curve curve, SecureRandom random) {
    byte[] bytes = new byte[SECRET_BYTES];
    try {
      while (true) {
        random.nextBytes(bytes);
        BigInteger secret = new BigInteger(1, bytes);
        if (curve.isSecret(secret)) {
          return secret;
        }
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  // [spec peer-ids/ecdsa] the text says PKIX, the vector is SEC1: both are read
  static EcdsaPrivateKey ofData(byte[] data) throws WireFormatException {
    var outer = new Der(data);
    Der key = outer.enter(Der.SEQUENCE);
    outer.expectEnd();
    BigInteger version = key.unsigned(8);
    if (version.equals(BigInteger.ZERO)) {
      Der algorithm = key.enter(Der.SEQUENCE);
      algorithm.enter(Der.OID).expect(EC_PUBLIC_KEY);
      algorithm.enter(Der.OID).expect(P256);
      algorithm.expectEnd();
      Der wrapped = key.enter(Der.OCTET_STRING);
      Der inner = wrapped.enter(Der.SEQUENCE);
      wrapped.expectEnd();
      version = inner.unsigned(8);
      key = inner;
    }
    if (!version.equals(BigInteger.ONE)) {
      throw new WireFormatException("EC private key of version " + version + ", allowed 1");
    }
    return ofSec1(key);
  }

  private static EcdsaPrivateKey ofSec1(Der key) throws WireFormatException {
    byte[] octets = key.enter(Der.OCTET_STRING).rest();
    if (octets.length != SECRET_BYTES) {
      throw new WireFormatException(
          "EC private key of " + octets.length + " bytes, allowed " + SECRET_BYTES);
    }
    BigInteger secret = new BigInteger(1, octets);
    if (!Curve.P256.isSecret(secret)) {
      throw new WireFormatException("EC private key is zero or not below the order of P-256");
    }
    if (key.nextIs(CONTEXT_0)) {
      Der parameters = key.enter(CONTEXT_0);
      parameters.enter(Der.OID).expect(P256);
      parameters.expectEnd();
    }
    var result = new EcdsaPrivateKey(secret);
    if (key.nextIs(CONTEXT_1)) {
      Der contained = key.enter(CONTEXT_1);
      byte[] point = contained.enterBitString().rest();
      contained.expectEnd();
      if (!Arrays.equals(point, result.publicKey.uncompressedPoint())) {
        throw new WireFormatException("EC private key contains a public key that is not its own");
      }
    }
    key.expectEnd();
    return result;
  }

  @Override
  public KeyType type() {
    return KeyType.ECDSA;
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    return Signatures.signEcdsa(Curve.P256, secret, message);
  }

  @Override
  public byte[] data() {
    return Der.value(
        Der.SEQUENCE,
        Der.value(Der.INTEGER, ONE),
        Der.value(Der.OCTET_STRING, secretBytes()),
        Der.value(CONTEXT_0, Der.value(Der.OID, P256)),
        Der.value(
            CONTEXT_1, Der.value(Der.BIT_STRING, new byte[1], publicKey.uncompressedPoint())));
  }

  private byte[] secretBytes() {
    return BigIntegers.asUnsignedByteArray(SECRET_BYTES, secret);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EcdsaPrivateKey that
        && MessageDigest.isEqual(secretBytes(), that.secretBytes());
  }

  @Override
  public int hashCode() {
    return publicKey.hashCode();
  }

  @Override
  public String toString() {
    return "ECDSA P-256 private key";
  }
}
