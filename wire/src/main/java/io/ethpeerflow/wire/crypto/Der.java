package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The little of DER that keys and signatures need: read strictly (one encoding for one value),
 * written the same way. Nested readers share the array; nothing is allocated for a claimed length
 * that is not there.
 */
final class Der {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int SEQUENCE = 0x30;

  private final byte[] in;
  private final int end;
  private int at;

  Der(byte[] in) {
    this(in, 0, in.length);
  }

  private Der(byte[] in, int from, int end) {
    this.in = in;
    this.at = from;
    this.end = end;
  }

  boolean atEnd() {
    return at == end;
  }

  void expectEnd() throws WireFormatException {
    if (at != end) {
      throw new WireFormatException("DER value is followed by " + (end - at) + " bytes");
    }
  }

  /** A reader of the content of the next value, which must have this tag. */
  Der enter(int tag) throws WireFormatException {
    if (end - at < 2) {
      throw new WireFormatException(
          "DER is truncated: " + (end - at) + " bytes are left for tag and length");
    }
    int found = in[at] & 0xff;
    if (found != tag) {
      throw new WireFormatException(
          "DER tag 0x" + Integer.toHexString(found) + ", allowed 0x" + Integer.toHexString(tag));
    }
    int length = in[at + 1] & 0xff;
    at += 2;
    if (length >= 0x80) {
      int bytes = length & 0x7f;
      if (bytes < 1 || bytes > 2 || bytes > end - at) {
        throw new WireFormatException(
            "DER length of " + bytes + " bytes, allowed 1 or 2 of " + (end - at) + " left");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | (in[at++] & 0xff);
      }
      if (length < (bytes == 1 ? 0x80 : 0x100)) {
        throw new WireFormatException(
            "DER length of " + length + " is not minimal in " + bytes + " bytes");
      }
    }
    if (length > end - at) {
      throw new WireFormatException(
          "DER value of " + length + " bytes, " + (end - at) + " are left");
    }
    Der content = new Der(in, at, at + length);
    at += length;
    return content;
  }

  boolean nextIs(int tag) {
    return at < end && (in[at] & 0xff) == tag;
  }

  /** The next value: an integer that is not negative and has at most {@code maxBits} bits. */
  BigInteger unsigned(int maxBits) throws WireFormatException {
    Der content = enter(INTEGER);
    int length = content.end - content.at;
    if (length == 0 || in[content.at] < 0) {
      throw new WireFormatException(
          length == 0 ? "DER integer is empty" : "DER integer is negative");
    }
    if (length > 1 && in[content.at] == 0 && in[content.at + 1] >= 0) {
      throw new WireFormatException("DER integer of " + length + " bytes is not minimal");
    }
    if (length > maxBits / 8 + 1) {
      throw new WireFormatException(
          "DER integer of " + length + " bytes exceeds the " + maxBits + " bits allowed");
    }
    return new BigInteger(in, content.at, length);
  }

  /** All that is left: a fresh array. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(in, at, end);
    at = end;
    return rest;
  }

  void expect(byte[] content) throws WireFormatException {
    if (!Arrays.equals(in, at, end, content, 0, content.length)) {
      throw new WireFormatException(
          "DER identifies another algorithm or version than the key type has");
    }
    at = end;
  }

  /** The content of a bit string of whole bytes. */
  Der enterBitString() throws WireFormatException {
    Der content = enter(BIT_STRING);
    if (content.at == content.end || in[content.at] != 0) {
      throw new WireFormatException("DER bit string is not of whole bytes");
    }
    content.at++;
    return content;
  }

  static byte[] value(int tag, byte[]... parts) {
    var out = new ByteArrayOutputStream();
    int length = Arrays.stream(parts).mapToInt(p -> p.length).sum();
    out.write(tag);
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >>> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] unsigned(BigInteger value) {
    return value(INTEGER, value.toByteArray());
  }
}
