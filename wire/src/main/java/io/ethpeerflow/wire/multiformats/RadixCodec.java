package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;
import java.math.BigInteger;
import java.util.Locale;

/**
 * Bases that read the bytes as one big number; each leading zero byte is one leading zero digit.
 */
final class RadixCodec implements TextCodec {
  /** Longest text, in characters; the conversion costs the square of it. */
  static final int MAX_CHARS = 10_000;

  private final String alphabet;
  private final byte[] values;

  RadixCodec(String alphabet) {
    this.alphabet = alphabet;
    this.values = valuesOfAnyCase(alphabet);
  }

  @Override
  public void encode(byte[] data, StringBuilder out) {
    int zeros = 0;
    while (zeros < data.length && data[zeros] == 0) {
      zeros++;
    }
    out.repeat(alphabet.charAt(0), zeros);
    if (zeros == data.length) {
      return;
    }
    // Character.forDigit's digits are in the order of every alphabet used here
    String digits = new BigInteger(1, data).toString(alphabet.length());
    for (int i = 0; i < digits.length(); i++) {
      out.append(alphabet.charAt(Character.digit(digits.charAt(i), alphabet.length())));
    }
  }

  @Override
  public byte[] decode(String text, int from, int to) throws WireFormatException {
    if (to - from > MAX_CHARS) {
      throw new WireFormatException(
          "text of " + (to - from) + " characters exceeds the " + MAX_CHARS + " allowed");
    }
    int zeros = 0;
    boolean leading = true;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      int value = c < 128 ? values[c] : -1;
      if (value < 0) {
        throw new WireFormatException(
            "character U+"
                + Integer.toHexString(c)
                + " is not a base"
                + alphabet.length()
                + " digit");
      }
      leading &= value == 0;
      if (leading) {
        zeros++;
      }
    }
    if (zeros == to - from) {
      return new byte[zeros];
    }
    byte[] number =
        new BigInteger(text.substring(from + zeros, to), alphabet.length()).toByteArray();
    int sign = number[0] == 0 ? 1 : 0;
    byte[] out = new byte[zeros + number.length - sign];
    System.arraycopy(number, sign, out, zeros, number.length - sign);
    return out;
  }

  static byte[] valuesOfAnyCase(String alphabet) {
    byte[] values = Base58.values(alphabet.toLowerCase(Locale.ROOT));
    byte[] upper = Base58.values(alphabet.toUpperCase(Locale.ROOT));
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) Math.max(values[i], upper[i]);
    }
    return values;
  }
}
