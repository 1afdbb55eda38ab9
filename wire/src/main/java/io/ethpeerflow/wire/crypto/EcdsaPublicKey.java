package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.Signatures.Curve;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

final class EcdsaPublicKey implements PublicKey {
  /**
   * SubjectPublicKeyInfo of an uncompressed P-256 point, up to and including the {@code 04} of the
   * point.
   */
  private static final byte[] PREFIX =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  private static final int BYTES = PREFIX.length + 64;

  private final ECPoint point;

  EcdsaPublicKey(ECPoint point) {
    this.point = point;
  }

  // [spec peer-ids/ecdsa] PKIX DER; only P-256, whose DER is the same 27 bytes before the
  // coordinates
  static EcdsaPublicKey ofData(byte[] data) throws WireFormatException {
    if (data.length != BYTES || !Arrays.equals(data, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
      throw new WireFormatException(
          "ECDSA public key of "
              + data.length
              + " bytes, allowed only PKIX DER of an uncompressed P-256 point, "
              + BYTES
              + " bytes");
    }
    return new EcdsaPublicKey(Curve.P256.point(Arrays.copyOfRange(data, PREFIX.length - 1, BYTES)));
  }

  byte[] uncompressedPoint() {
    return point.getEncoded(false);
  }

  @Override
  public KeyType type() {
    return KeyType.ECDSA;
  }

  @Override
  public byte[] data() {
    byte[] data = Arrays.copyOf(PREFIX, BYTES);
    System.arraycopy(point.getEncoded(false), 0, data, PREFIX.length - 1, 65);
    return data;
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return Signatures.verifyEcdsa(Curve.P256, point, message, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EcdsaPublicKey that && point.equals(that.point);
  }

  @Override
  public int hashCode() {
    return point.hashCode();
  }

  @Override
  public String toString() {
    return "ECDSA P-256 public key";
  }
}
