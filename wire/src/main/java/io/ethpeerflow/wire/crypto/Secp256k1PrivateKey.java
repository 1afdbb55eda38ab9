package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.Signatures.Curve;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;

final class Secp256k1PrivateKey implements PrivateKey {
  private static final int BYTES = 32;

  private final BigInteger secret;
  private final Secp256k1PublicKey publicKey;

  private Secp256k1PrivateKey(BigInteger secret) {
    this.secret = secret;
    this.publicKey = new Secp256k1PublicKey(Curve.SECP256K1.publicPoint(secret));
  }

  static Secp256k1PrivateKey generate(SecureRandom random) {
    return new Secp256k1PrivateKey(EcdsaPrivateKey.secret(Curve.SECP256K1, random));
  }

  static Secp256k1PrivateKey ofData(byte[] data) throws WireFormatException {
    // [spec peer-ids/secp256k1]
    if (data.length != BYTES) {
      throw new WireFormatException(
          "secp256k1 private key of " + data.length + " bytes, allowed " + BYTES);
    }
    BigInteger secret = new BigInteger(1, data);
    if (!Curve.SECP256K1.isSecret(secret)) {
      throw new WireFormatException(
          "secp256k1 private key is zero or not below the order of the curve");
    }
    return new Secp256k1PrivateKey(secret);
  }

  @Override
  public KeyType type() {
    return KeyType.SECP256K1;
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    return Signatures.signEcdsa(Curve.SECP256K1, secret, message);
  }

  @Override
  public byte[] data() {
    return BigIntegers.asUnsignedByteArray(BYTES, secret);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secp256k1PrivateKey that && MessageDigest.isEqual(data(), that.data());
  }

  @Override
  public int hashCode() {
    return publicKey.hashCode();
  }

  @Override
  public String toString() {
    return "secp256k1 private key";
  }
}
