package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiformats.Multibase;
import java.util.Base64;

/**
 * The text forms of I2P: base64 with {@code -} and {@code ~} for the last two digits, and base32
 * without padding.
 */
final class I2pCodec {
  private I2pCodec() {}

  static byte[] decodeBase64(String text) throws WireFormatException {
    if (text.indexOf('+') >= 0 || text.indexOf('/') >= 0) {
      throw new WireFormatException("I2P base64 has a plus or a slash");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text.replace('-', '+').replace('~', '/'));
    } catch (IllegalArgumentException e) {
      throw new WireFormatException(
          "garlic64 value of " + text.length() + " characters is not I2P base64");
    }
    if (!encodeBase64(bytes).equals(text)) {
      throw new WireFormatException(
          "garlic64 value of " + text.length() + " characters is not the usual form of its bytes");
    }
    return bytes;
  }

  static String encodeBase64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes).replace('+', '-').replace('/', '~');
  }

  static byte[] decodeBase32(String text) throws WireFormatException {
    return Multibase.decode(Multibase.BASE32.prefix() + text);
  }

  static String encodeBase32(byte[] bytes) {
    return Multibase.BASE32.encode(bytes).substring(1);
  }
}
