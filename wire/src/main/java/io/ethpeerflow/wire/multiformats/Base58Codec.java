package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;

/** Base58 with either alphabet, as a base of {@link Multibase}. */
final class Base58Codec implements TextCodec {
  private final String alphabet;
  private final byte[] values;

  Base58Codec(String alphabet) {
    this.alphabet = alphabet;
    this.values = Base58.values(alphabet);
  }

  @Override
  public void encode(byte[] data, StringBuilder out) {
    out.append(Base58.encode(data, 0, data.length, alphabet));
  }

  @Override
  public byte[] decode(String text, int from, int to) throws WireFormatException {
    return Base58.decode(text, from, to, values);
  }
}
