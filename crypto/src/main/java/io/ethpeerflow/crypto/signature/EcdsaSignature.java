package io.ethpeerflow.crypto.signature;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The two numbers of an ECDSA signature, and their one encoding: DER, where libraries differ in
 * what else they take.
 *
 * @param r above zero and below the order
 * @param s above zero and below the order
 */
record EcdsaSignature(BigInteger r, BigInteger s) {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;

  /** Two numbers of 33 bytes, tags and lengths: every length is below 128. */
  private static final int MAX_BYTES = 72;

  /**
   * Reads a signature.
   *
   * @return null when it is not the one encoding of two numbers in range
   */
  static @Nullable EcdsaSignature parse(byte[] der, BigInteger order) {
    if (der.length < 8
        || der.length > MAX_BYTES
        || der[0] != SEQUENCE
        || der[1] != der.length - 2) {
      return null;
    }
    BigInteger r = number(der, 2, order);
    if (r == null) {
      return null;
    }
    int second = 4 + der[3];
    BigInteger s = number(der, second, order);
    return s == null || second + 2 + der[second + 1] != der.length
        ? null
        : new EcdsaSignature(r, s);
  }

  /** The number whose tag stands at an index. */
  private static @Nullable BigInteger number(byte[] der, int at, BigInteger order) {
    if (der.length - at < 3 || der[at] != INTEGER) {
      return null;
    }
    int bytes = der[at + 1];
    int first = at + 2;
    if (bytes < 1
        || bytes > der.length - first
        || der[first] < 0
        || bytes > 1 && der[first] == 0 && der[first + 1] >= 0) {
      return null;
    }
    var number = new BigInteger(der, first, bytes);
    return number.signum() > 0 && number.compareTo(order) < 0 ? number : null;
  }

  /** The encoding. */
  byte[] der() {
    byte[] first = r.toByteArray();
    byte[] second = s.toByteArray();
    byte[] der = Arrays.copyOf(new byte[] {SEQUENCE}, 6 + first.length + second.length);
    der[1] = (byte) (der.length - 2);
    int at = append(der, 2, first);
    append(der, at, second);
    return der;
  }

  private static int append(byte[] der, int at, byte[] number) {
    der[at] = INTEGER;
    der[at + 1] = (byte) number.length;
    System.arraycopy(number, 0, der, at + 2, number.length);
    return at + 2 + number.length;
  }
}
