package io.ethpeerflow.tls.certificate;

import io.ethpeerflow.wire.WireFormatException;
import java.util.Arrays;

/**
 * Walks DER strictly: definite, minimal lengths only. Nested readers share the array, so that what
 * was signed can be cut out byte for byte; nothing is allocated on a claimed length.
 */
final class DerReader {
  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int UTC_TIME = 0x17;
  static final int GENERALIZED_TIME = 0x18;
  static final int SEQUENCE = 0x30;

  private static final int MAX_LENGTH_BYTES = 3;

  private final byte[] der;
  private final int end;
  private int at;

  DerReader(byte[] der) {
    this(der, 0, der.length);
  }

  private DerReader(byte[] der, int from, int end) {
    this.der = der;
    this.at = from;
    this.end = end;
  }

  boolean atEnd() {
    return at == end;
  }

  /** The tag of the next value, or -1 at the end. */
  int peek() {
    return at < end ? der[at] & 0xff : -1;
  }

  void expectEnd(String what) throws WireFormatException {
    if (at != end) {
      throw new WireFormatException(what + " is followed by " + (end - at) + " bytes");
    }
  }

  /** A reader of the next value's content; the value must have this tag. */
  DerReader enter(int tag, String what) throws WireFormatException {
    int found = peek();
    if (found != tag) {
      throw new WireFormatException(
          what
              + (found < 0 ? " is missing" : " has DER tag 0x" + Integer.toHexString(found))
              + ", allowed is 0x"
              + Integer.toHexString(tag));
    }
    at++;
    int length = readLength(what);
    if (length > end - at) {
      throw new WireFormatException(
          what + " of " + length + " bytes exceeds the " + (end - at) + " that are left");
    }
    var content = new DerReader(der, at, at + length);
    at += length;
    return content;
  }

  /** The content of the next value, which must have this tag: a fresh array. */
  byte[] content(int tag, String what) throws WireFormatException {
    return enter(tag, what).rest();
  }

  /** The next value with its tag and length: a fresh array. */
  byte[] whole(int tag, String what) throws WireFormatException {
    int from = at;
    enter(tag, what);
    return Arrays.copyOfRange(der, from, at);
  }

  /** The content of the next value, a bit string of whole bytes. */
  byte[] bits(String what) throws WireFormatException {
    DerReader content = enter(BIT_STRING, what);
    if (content.atEnd() || der[content.at] != 0) {
      throw new WireFormatException(what + " is not a bit string of whole bytes");
    }
    content.at++;
    return content.rest();
  }

  /** All that is left: a fresh array. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(der, at, end);
    at = end;
    return rest;
  }

  private int readLength(String what) throws WireFormatException {
    if (at == end) {
      throw new WireFormatException(what + " is cut off before its length");
    }
    int first = der[at++] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int bytes = first & 0x7f;
    if (bytes < 1 || bytes > MAX_LENGTH_BYTES || bytes > end - at) {
      throw new WireFormatException(
          what
              + " has a length of "
              + bytes
              + " bytes, allowed are 1 to "
              + MAX_LENGTH_BYTES
              + " of the "
              + (end - at)
              + " that are left");
    }
    int length = 0;
    for (int i = 0; i < bytes; i++) {
      length = length << 8 | (der[at++] & 0xff);
    }
    if (length < 0x80 || length < 1 << 8 * (bytes - 1)) {
      throw new WireFormatException(
          what + " has a length of " + length + " in " + bytes + " bytes, which is not minimal");
    }
    return length;
  }
}
