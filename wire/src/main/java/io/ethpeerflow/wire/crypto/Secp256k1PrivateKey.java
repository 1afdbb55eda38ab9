package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.EllipticCurve;
import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.wire.WireFormatException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

final class Secp256k1PrivateKey implements PrivateKey {
  private static final int BYTES = 32;

  private final byte[] secret;
  private final Secp256k1PublicKey publicKey;
  private final KeySigner signer;

  private Secp256k1PrivateKey(byte[] secret) {
    this.secret = secret;
    byte[] point = EllipticCurve.SECP256K1.publicKey(secret);
    this.publicKey = new Secp256k1PublicKey(point);
    this.signer =
        new KeySigner(() -> Signatures.signer(SignatureAlgorithm.SECP256K1, secret, point));
  }

  static Secp256k1PrivateKey generate(SecureRandom random) {
    return new Secp256k1PrivateKey(EcdsaPrivateKey.secret(EllipticCurve.SECP256K1, random));
  }

  static Secp256k1PrivateKey ofData(byte[] data) throws WireFormatException {
    // [spec peer-ids/secp256k1]
    if (data.length != BYTES) {
      throw new WireFormatException(
          "secp256k1 private key of " + data.length + " bytes, allowed " + BYTES);
    }
    if (!EllipticCurve.SECP256K1.isSecret(data)) {
      throw new WireFormatException(
          "secp256k1 private key is zero or not below the order of the curve");
    }
    return new Secp256k1PrivateKey(data.clone());
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
    return signer.sign(message);
  }

  @Override
  public byte[] data() {
    return secret.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secp256k1PrivateKey that && MessageDigest.isEqual(secret, that.secret);
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
