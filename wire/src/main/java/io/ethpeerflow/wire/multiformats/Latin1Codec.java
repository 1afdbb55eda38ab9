package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;
import java.nio.charset.StandardCharsets;

/** The identity base: byte 0 to 255 is the character of the same number. */
final class Latin1Codec implements TextCodec {
  @Override
  public void encode(byte[] data, StringBuilder out) {
    out.append(new String(data, StandardCharsets.ISO_8859_1));
  }

  @Override
  public byte[] decode(String text, int from, int to) throws WireFormatException {
    byte[] out = new byte[to - from];
    for (int i = 0; i < out.length; i++) {
      char c = text.charAt(from + i);
      if (c > 0xff) {
        throw new WireFormatException("character U+" + Integer.toHexString(c) + " is not a byte");
      }
      out[i] = (byte) c;
    }
    return out;
  }
}
