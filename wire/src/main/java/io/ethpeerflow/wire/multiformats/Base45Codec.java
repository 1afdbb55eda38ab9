package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;

/**
 * RFC 9285 base45: two bytes are three characters, a last single byte is two, least significant
 * character first.
 */
final class Base45Codec implements TextCodec {
  private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  private static final byte[] VALUES = Base58.values(ALPHABET);

  @Override
  public void encode(byte[] data, StringBuilder out) {
    for (int i = 0; i < data.length; i += 2) {
      boolean pair = i + 1 < data.length;
      int n = pair ? (data[i] & 0xff) << 8 | (data[i + 1] & 0xff) : data[i] & 0xff;
      out.append(ALPHABET.charAt(n % 45)).append(ALPHABET.charAt(n / 45 % 45));
      if (pair) {
        out.append(ALPHABET.charAt(n / (45 * 45)));
      }
    }
  }

  @Override
  public byte[] decode(String text, int from, int to) throws WireFormatException {
    int length = to - from;
    if (length % 3 == 1) {
      throw new WireFormatException(
          "base45 text of " + length + " characters: a single one at the end carries no byte");
    }
    byte[] out = new byte[length / 3 * 2 + length % 3 / 2];
    int at = 0;
    for (int i = from; i < to; i += 3) {
      boolean pair = i + 2 < to;
      int n = digit(text, i) + 45 * digit(text, i + 1) + (pair ? 45 * 45 * digit(text, i + 2) : 0);
      if (n > (pair ? 0xffff : 0xff)) {
        throw new WireFormatException(
            "base45 group of value " + n + " exceeds " + (pair ? 0xffff : 0xff));
      }
      if (pair) {
        out[at++] = (byte) (n >>> 8);
      }
      out[at++] = (byte) n;
    }
    return out;
  }

  private static int digit(String text, int i) throws WireFormatException {
    char c = text.charAt(i);
    int value = c < 128 ? VALUES[c] : -1;
    if (value < 0) {
      throw new WireFormatException(
          "character U+" + Integer.toHexString(c) + " is not a base45 digit");
    }
    return value;
  }
}
