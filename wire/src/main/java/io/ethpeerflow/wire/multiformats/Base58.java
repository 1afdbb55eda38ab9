package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;
import java.util.Arrays;

/**
 * Base58 with the Bitcoin alphabet, the text form of peer ids.
 *
 * <p>A base58 number has no bit boundary, so conversion costs the square of the length. It runs
 * over 32-bit limbs and five characters (58<sup>5</sup> &lt; 2<sup>30</sup>) at a time, which makes
 * the 38 bytes of an Ed25519 peer id about a hundred multiplications; longer input is refused
 * beyond {@link #MAX_BYTES}.
 */
public final class Base58 {
  /** Longest input of {@link #encode} and longest result of {@link #decode}, in bytes: 4096. */
  public static final int MAX_BYTES = 4096;

  /**
   * Longest text that {@link #decode} takes: as many characters as {@link #MAX_BYTES} bytes can
   * need.
   */
  public static final int MAX_CHARS = 5600;

  static final String BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  static final String FLICKR = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

  private static final int CHARS_PER_LIMB = 5;
  private static final long LIMB = 58L * 58 * 58 * 58 * 58;
  private static final byte[] VALUES = values(BITCOIN);

  private Base58() {}

  /**
   * Encodes bytes.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_BYTES}
   */
  public static String encode(byte[] data) {
    return encode(data, 0, data.length);
  }

  /**
   * Encodes {@code data[from..to)}.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_BYTES}
   */
  public static String encode(byte[] data, int from, int to) {
    return encode(data, from, to, BITCOIN);
  }

  /**
   * Decodes text.
   *
   * @throws WireFormatException if a character is not in the alphabet or the text is longer than
   *     {@link #MAX_CHARS}
   */
  public static byte[] decode(String text) throws WireFormatException {
    return decode(text, 0, text.length(), VALUES);
  }

  /**
   * Decodes {@code text[from..to)} into an array.
   *
   * @return the index after the last byte written
   * @throws WireFormatException if a character is not in the alphabet, or the result does not fit
   *     between {@code at} and the end of {@code out}
   */
  public static int decode(String text, int from, int to, byte[] out, int at)
      throws WireFormatException {
    return decode(text, from, to, VALUES, out, at);
  }

  static String encode(byte[] data, int from, int to, String alphabet) {
    int length = to - from;
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException("length: " + length + " > " + MAX_BYTES);
    }
    int zeros = 0;
    while (zeros < length && data[from + zeros] == 0) {
      zeros++;
    }
    int significant = length - zeros;
    // 8 bits are at most 1.366 characters of 5.857 bits
    int[] limbs = new int[significant * 1366 / 1000 / CHARS_PER_LIMB + 1];
    int used = 0;
    int i = from + zeros;
    int chunk = significant % 4;
    if (chunk == 0) {
      chunk = 4;
    }
    while (i < to) {
      long carry = 0;
      for (int end = i + chunk; i < end; i++) {
        carry = carry << 8 | (data[i] & 0xff);
      }
      chunk = 4;
      for (int k = 0; k < used; k++) {
        long t = ((long) limbs[k] << 32) + carry;
        carry = t / LIMB;
        limbs[k] = (int) (t - carry * LIMB);
      }
      while (carry != 0) {
        long rest = carry / LIMB;
        limbs[used++] = (int) (carry - rest * LIMB);
        carry = rest;
      }
    }
    byte[] text = new byte[zeros + used * CHARS_PER_LIMB];
    int at = text.length;
    for (int k = 0; k < used; k++) {
      int limb = limbs[k];
      for (int c = 0; c < CHARS_PER_LIMB; c++) {
        text[--at] = (byte) alphabet.charAt(limb % 58);
        limb /= 58;
      }
    }
    byte zero = (byte) alphabet.charAt(0);
    int start = zeros;
    while (start < text.length && text[start] == zero) {
      start++;
    }
    Arrays.fill(text, start - zeros, start, zero);
    return asciiString(text, start - zeros);
  }

  @SuppressWarnings(
      "deprecation") // the one constructor that copies bytes to Latin-1 without a charset lookup
  private static String asciiString(byte[] text, int from) {
    return new String(text, 0, from, text.length - from);
  }

  static byte[] decode(String text, int from, int to, byte[] values) throws WireFormatException {
    if (to - from > MAX_CHARS) {
      throw new WireFormatException(
          "base58 text of " + (to - from) + " characters exceeds the " + MAX_CHARS + " allowed");
    }
    byte[] out = new byte[to - from];
    return Arrays.copyOf(out, decode(text, from, to, values, out, 0));
  }

  private static int decode(String text, int from, int to, byte[] values, byte[] out, int at)
      throws WireFormatException {
    int length = to - from;
    if (length > MAX_CHARS) {
      throw new WireFormatException(
          "base58 text of " + length + " characters exceeds the " + MAX_CHARS + " allowed");
    }
    int i = from;
    while (i < to && digit(text, i, values) == 0) {
      i++;
    }
    int zeros = i - from;
    int significant = to - i;
    // a character is at most 5.858 bits
    int[] limbs = new int[(int) (significant * 5858L / 1000 / 32) + 1];
    int used = 0;
    while (i < to) {
      int chunk = (to - i) % CHARS_PER_LIMB;
      if (chunk == 0) {
        chunk = CHARS_PER_LIMB;
      }
      long carry = 0;
      for (int end = i + chunk; i < end; i++) {
        carry = carry * 58 + digit(text, i, values);
      }
      for (int k = 0; k < used; k++) {
        long t = (limbs[k] & 0xffffffffL) * LIMB + carry;
        limbs[k] = (int) t;
        carry = t >>> 32;
      }
      if (carry != 0) {
        limbs[used++] = (int) carry;
      }
    }
    int top = used == 0 ? 0 : (39 - Integer.numberOfLeadingZeros(limbs[used - 1])) / 8;
    int bytes = used == 0 ? 0 : (used - 1) * 4 + top;
    if (bytes + zeros > out.length - at) {
      throw new WireFormatException(
          "base58 text of "
              + length
              + " characters is "
              + (bytes + zeros)
              + " bytes, at most "
              + (out.length - at)
              + " allowed");
    }
    Arrays.fill(out, at, at + zeros, (byte) 0);
    int end = at + zeros + bytes;
    for (int b = 0; b < bytes; b++) {
      out[end - 1 - b] = (byte) (limbs[b >> 2] >>> ((b & 3) << 3));
    }
    return end;
  }

  private static int digit(String text, int i, byte[] values) throws WireFormatException {
    char c = text.charAt(i);
    int value = c < 128 ? values[c] : -1;
    if (value < 0) {
      throw new WireFormatException("character U+" + Integer.toHexString(c) + " is not base58");
    }
    return value;
  }

  static byte[] values(String alphabet) {
    byte[] values = new byte[128];
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    return values;
  }
}
