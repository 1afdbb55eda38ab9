package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;

/** One base of {@link Multibase}, without its prefix. */
interface TextCodec {
  /** Appends the text form of all of {@code data}. */
  void encode(byte[] data, StringBuilder out);

  /** Decodes {@code text[from..to)}. */
  byte[] decode(String text, int from, int to) throws WireFormatException;
}
