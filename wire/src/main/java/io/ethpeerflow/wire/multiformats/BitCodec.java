package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;
import java.util.Arrays;

/**
 * Bases whose digit is a whole number of bits: most significant bit first, the last digit filled
 * with zero bits.
 */
final class BitCodec implements TextCodec {
  static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  static final String BASE64URL =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private final String alphabet;
  private final int bits;
  private final boolean padded;
  private final byte[] values;

  BitCodec(String alphabet, boolean padded, boolean anyCase) {
    this.alphabet = alphabet;
    this.bits = Integer.numberOfTrailingZeros(alphabet.length());
    this.padded = padded;
    this.values = anyCase ? RadixCodec.valuesOfAnyCase(alphabet) : Base58.values(alphabet);
  }

  @Override
  public void encode(byte[] data, StringBuilder out) {
    int pending = 0;
    int pendingBits = 0;
    int start = out.length();
    for (byte b : data) {
      pending = pending << 8 | (b & 0xff);
      pendingBits += 8;
      while (pendingBits >= bits) {
        pendingBits -= bits;
        out.append(alphabet.charAt(pending >>> pendingBits & (alphabet.length() - 1)));
      }
      pending &= (1 << pendingBits) - 1;
    }
    if (pendingBits > 0) {
      out.append(alphabet.charAt(pending << (bits - pendingBits) & (alphabet.length() - 1)));
    }
    if (padded) {
      while ((out.length() - start) % charsPerGroup() != 0) {
        out.append('=');
      }
    }
  }

  @Override
  public byte[] decode(String text, int from, int to) throws WireFormatException {
    int end = to;
    if (padded) {
      if ((to - from) % charsPerGroup() != 0) {
        throw new WireFormatException(
            "padded text of "
                + (to - from)
                + " characters is not a multiple of "
                + charsPerGroup());
      }
      while (end > from && to - end < charsPerGroup() && text.charAt(end - 1) == '=') {
        end--;
      }
    }
    byte[] out = new byte[(int) ((long) (end - from) * bits / 8)];
    int at = 0;
    int pending = 0;
    int pendingBits = 0;
    for (int i = from; i < end; i++) {
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
      pending = pending << bits | value;
      pendingBits += bits;
      if (pendingBits >= 8) {
        pendingBits -= 8;
        out[at++] = (byte) (pending >>> pendingBits);
        pending &= (1 << pendingBits) - 1;
      }
    }
    if (pendingBits >= bits || pending != 0) {
      throw new WireFormatException(
          "base"
              + alphabet.length()
              + " text of "
              + (end - from)
              + " characters ends in "
              + pendingBits
              + " bits that carry no byte");
    }
    if (padded
        && (charsPerGroup() - (end - from) % charsPerGroup()) % charsPerGroup() != to - end) {
      throw new WireFormatException("text is padded with " + (to - end) + " characters");
    }
    return at == out.length ? out : Arrays.copyOf(out, at);
  }

  private int charsPerGroup() {
    return bits == 6 ? 4 : 8;
  }
}
