package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.EllipticCurve;
import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.wire.WireFormatException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

final class EcdsaPrivateKey implements PrivateKey {
  private static final int CONTEXT_0 = 0xa0;
  private static final int CONTEXT_1 = 0xa1;
  private static final byte[] ONE = {1};
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("2a8648ce3d0201");
  private static final byte[] P256 = HexFormat.of().parseHex("2a8648ce3d030107");

  private final byte[] secret;
  private final EcdsaPublicKey publicKey;
  private final KeySigner signer;

  private EcdsaPrivateKey(byte[] secret) {
    this.secret = secret;
    byte[] point = EllipticCurve.P256.publicKey(secret);
    this.publicKey = new EcdsaPublicKey(point);
    this.signer = new KeySigner(() -> Signatures.signer(SignatureAlgorithm.P256, secret, point));
  }

  static EcdsaPrivateKey generate(SecureRandom random) {
    return new EcdsaPrivateKey(secret(EllipticCurve.P256, random));
  }

  /** A number from 1 to the order of the curve less 1, each as likely as the other. */
  static byte[] secret(EllipticCurve curve, SecureRandom random) {
    byte[] secret = new byte[EllipticCurve.SECRET_BYTES];
    do {
      random.nextBytes(secret);
    } while (!curve.isSecret(secret));
    return secret;
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
    byte[] secret = key.enter(Der.OCTET_STRING).rest();
    if (secret.length != EllipticCurve.SECRET_BYTES) {
      throw new WireFormatException(
          "EC private key of " + secret.length + " bytes, allowed " + EllipticCurve.SECRET_BYTES);
    }
    if (!EllipticCurve.P256.isSecret(secret)) {
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
    return signer.sign(message);
  }

  @Override
  public byte[] data() {
    return Der.value(
        Der.SEQUENCE,
        Der.value(Der.INTEGER, ONE),
        Der.value(Der.OCTET_STRING, secret),
        Der.value(CONTEXT_0, Der.value(Der.OID, P256)),
        Der.value(
            CONTEXT_1, Der.value(Der.BIT_STRING, new byte[1], publicKey.uncompressedPoint())));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EcdsaPrivateKey that && MessageDigest.isEqual(secret, that.secret);
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
