package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.EllipticCurve;
import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.wire.WireFormatException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

final class EcdsaPublicKey implements PublicKey {
  /** Uncompressed, and on the curve. */
  private final byte[] point;

  EcdsaPublicKey(byte[] point) {
    this.point = point;
  }

  // [spec peer-ids/ecdsa] PKIX DER; only P-256, whose DER is the same 27 bytes before the
  // coordinates
  static EcdsaPublicKey ofData(byte[] data) throws WireFormatException {
    if (!SignatureAlgorithm.P256.isKeyInfo(data)) {
      throw new WireFormatException(
          "ECDSA public key of "
              + data.length
              + " bytes, allowed only PKIX DER of an uncompressed P-256 point, 91 bytes");
    }
    return new EcdsaPublicKey(point(EllipticCurve.P256, SignatureAlgorithm.P256.publicKeyOf(data)));
  }

  /** The point with a SEC1 encoding, uncompressed. */
  static byte[] point(EllipticCurve curve, byte[] sec1) throws WireFormatException {
    try {
      return curve.point(sec1);
    } catch (IllegalArgumentException e) {
      throw new WireFormatException(
          "no point of " + curve + ": " + sec1.length + " bytes that decode to none");
    }
  }

  byte[] uncompressedPoint() {
    return point;
  }

  @Override
  public KeyType type() {
    return KeyType.ECDSA;
  }

  @Override
  public byte[] data() {
    return SignatureAlgorithm.P256.keyInfo(point);
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return Signatures.verify(SignatureAlgorithm.P256, point, message, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EcdsaPublicKey that && Arrays.equals(point, that.point);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(point);
  }

  @Override
  public String toString() {
    return "ECDSA P-256 public key";
  }
}
