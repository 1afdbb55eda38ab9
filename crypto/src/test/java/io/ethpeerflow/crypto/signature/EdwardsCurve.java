package io.ethpeerflow.crypto.signature;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The curve of Ed25519 by its formulas (RFC 8032, 5.1), slowly: makes signatures that no honest
 * signer makes.
 */
final class EdwardsCurve {
  private static final BigInteger PRIME =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  private static final BigInteger ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(PRIME)).mod(PRIME);

  private static final Point BASE =
      new Point(
          new BigInteger("216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a", 16),
          new BigInteger("6666666666666666666666666666666666666666666666666666666666666658", 16));

  private record Point(BigInteger x, BigInteger y) {
    Point plus(Point other) {
      BigInteger t = D.multiply(x).multiply(other.x).multiply(y).multiply(other.y).mod(PRIME);
      BigInteger sumX = x.multiply(other.y).add(other.x.multiply(y));
      BigInteger sumY = y.multiply(other.y).add(x.multiply(other.x));
      return new Point(
          sumX.multiply(BigInteger.ONE.add(t).modInverse(PRIME)).mod(PRIME),
          sumY.multiply(BigInteger.ONE.subtract(t).modInverse(PRIME)).mod(PRIME));
    }

    Point times(BigInteger factor) {
      Point sum = new Point(BigInteger.ZERO, BigInteger.ONE);
      for (int i = factor.bitLength() - 1; i >= 0; i--) {
        sum = sum.plus(sum);
        if (factor.testBit(i)) {
          sum = sum.plus(this);
        }
      }
      return sum;
    }

    byte[] encoded() {
      byte[] encoded = bytes(y);
      encoded[31] |= (byte) (x.testBit(0) ? 0x80 : 0);
      return encoded;
    }
  }

  /**
   * A signature that is right when both sides of the equation are multiplied by eight.
   *
   * @param isRightWithoutCofactor whether it is right as the equation stands, too
   */
  record Made(byte[] key, byte[] signature, boolean isRightWithoutCofactor) {}

  private EdwardsCurve() {}

  /** A point of order eight: some point, times the order of the base. */
  private static Point torsion() {
    for (BigInteger y = BigInteger.TWO; ; y = y.add(BigInteger.ONE)) {
      BigInteger square = y.multiply(y);
      BigInteger xx =
          square
              .subtract(BigInteger.ONE)
              .multiply(D.multiply(square).add(BigInteger.ONE).modInverse(PRIME))
              .mod(PRIME);
      BigInteger x = xx.modPow(PRIME.add(BigInteger.valueOf(3)).shiftRight(3), PRIME);
      if (x.multiply(x).mod(PRIME).equals(xx)) {
        Point point = new Point(x, y).times(ORDER);
        Point four = point.times(BigInteger.valueOf(4));
        if (!four.equals(new Point(BigInteger.ZERO, BigInteger.ONE))) {
          return point;
        }
      }
    }
  }

  static Made signatureUnderAKeyWithTorsion(byte[] message) {
    BigInteger secret = BigInteger.valueOf(0x5eed_5eed_5eedL);
    BigInteger once = BigInteger.valueOf(0x0dd_0dd_0ddL).add(number(Arrays.copyOf(message, 32)));
    byte[] key = BASE.times(secret).plus(torsion()).encoded();
    byte[] r = BASE.times(once).encoded();
    BigInteger k;
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-512");
      hash.update(r);
      hash.update(key);
      k = number(hash.digest(message)).mod(ORDER);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    byte[] signature = Arrays.copyOf(r, 64);
    byte[] s = bytes(once.add(k.multiply(secret)).mod(ORDER));
    System.arraycopy(s, 0, signature, 32, 32);
    return new Made(key, signature, k.mod(BigInteger.valueOf(8)).signum() == 0);
  }

  /** Little-endian. */
  static BigInteger number(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return new BigInteger(1, reversed);
  }

  /** Little-endian, 32 bytes. */
  static byte[] bytes(BigInteger number) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = number.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }
}
