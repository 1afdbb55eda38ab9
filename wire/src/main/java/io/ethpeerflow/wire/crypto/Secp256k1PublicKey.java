package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.EllipticCurve;
import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.wire.WireFormatException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

final class Secp256k1PublicKey implements PublicKey {
  private static final int BYTES = 33;

  /** Uncompressed, and on the curve. */
  private final byte[] point;

  Secp256k1PublicKey(byte[] point) {
    this.point = point;
  }

  static Secp256k1PublicKey ofData(byte[] data) throws WireFormatException {
    if (data.length != BYTES) {
      throw new WireFormatException(
          "secp256k1 public key of "
              + data.length
              + " bytes, allowed "
              + BYTES
              + ": the compressed point");
    }
    // [spec peer-ids/secp256k1]
    return new Secp256k1PublicKey(EcdsaPublicKey.point(EllipticCurve.SECP256K1, data));
  }

  @Override
  public KeyType type() {
    return KeyType.SECP256K1;
  }

  @Override
  public byte[] data() {
    return EllipticCurve.compressed(point);
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return Signatures.verify(SignatureAlgorithm.SECP256K1, point, message, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secp256k1PublicKey that && Arrays.equals(point, that.point);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(point);
  }

  @Override
  public String toString() {
    return "secp256k1 public key";
  }
}
