package io.ethpeerflow.testkit.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** ASN.1's distinguished encoding, as far as a certificate needs it; tags are the caller's. */
final class Der {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int UTF8_STRING = 0x0c;
  static final int GENERALIZED_TIME = 0x18;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int CONTEXT = 0xa0;

  private Der() {}

  /** A value of a tag. */
  static byte[] value(int tag, byte[]... content) {
    byte[] all = Bytes.join(content);
    return Bytes.join(Bytes.of(tag), length(all.length), all);
  }

  /** An explicitly tagged value. */
  static byte[] tagged(int number, byte[] content) {
    return value(CONTEXT | number, content);
  }

  static byte[] sequence(byte[]... content) {
    return value(SEQUENCE, content);
  }

  /** Year to second, such as {@code 20200101000000Z}. */
  static byte[] time(String text) {
    return value(GENERALIZED_TIME, text.getBytes(US_ASCII));
  }

  private static byte[] length(int length) {
    if (length < 0x80) {
      return Bytes.of(length);
    }
    return length <= 0xff
        ? Bytes.of(0x81, length)
        : Bytes.of(0x82, length >>> 8 & 0xff, length & 0xff);
  }
}
