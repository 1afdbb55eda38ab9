package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.Signatures.Curve;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

final class Secp256k1PublicKey implements PublicKey {
  private static final int BYTES = 33;

  private final ECPoint point;

  Secp256k1PublicKey(ECPoint point) {
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
    return new Secp256k1PublicKey(Curve.SECP256K1.point(data));
  }

  @Override
  public KeyType type() {
    return KeyType.SECP256K1;
  }

  @Override
  public byte[] data() {
    return point.getEncoded(true);
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return Signatures.verifyEcdsa(Curve.SECP256K1, point, message, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secp256k1PublicKey that && point.equals(that.point);
  }

  @Override
  public int hashCode() {
    return point.hashCode();
  }

  @Override
  public String toString() {
    return "secp256k1 public key";
  }
}
