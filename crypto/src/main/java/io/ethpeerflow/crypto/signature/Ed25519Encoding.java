package io.ethpeerflow.crypto.signature;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What an Ed25519 key and signature must be before anybody computes with them: libraries differ in
 * whether they look.
 */
final class Ed25519Encoding {
  static final int KEY_BYTES = 32;
  static final int SIGNATURE_BYTES = 64;

  /** The field's prime and the group's order, little-endian. */
  private static final byte[] PRIME = hex("ed" + "ff".repeat(30) + "7f");

  private static final byte[] ORDER =
      hex("edd3f55c1a631258d69cf7a2def9de14" + "00".repeat(15) + "10");

  /**
   * The y of the points of order 1, 2, 4 and 8: for such a key whoever likes can make signatures
   * that verify.
   */
  private static final List<byte[]> LOW_ORDER =
      List.of(
          hex("01" + "00".repeat(31)),
          hex("ec" + "ff".repeat(30) + "7f"),
          hex("00".repeat(32)),
          hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
          hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));

  private Ed25519Encoding() {}

  /** Whether a key is a y below the prime (RFC 8032, 5.1.3), and not one of low order. */
  static boolean isGoodKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      return false;
    }
    byte[] y = key.clone();
    y[KEY_BYTES - 1] &= 0x7f;
    if (!isBelow(y, 0, PRIME)) {
      return false;
    }
    for (byte[] low : LOW_ORDER) {
      if (Arrays.equals(low, y)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a signature has its length, and its S is below the order (RFC 8032, 5.1.7). */
  static boolean isGoodSignature(byte[] signature) {
    return signature.length == SIGNATURE_BYTES && isBelow(signature, KEY_BYTES, ORDER);
  }

  private static boolean isBelow(byte[] number, int at, byte[] bound) {
    for (int i = bound.length - 1; i >= 0; i--) {
      int difference = (number[at + i] & 0xff) - (bound[i] & 0xff);
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
