package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiformats.Multihash;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Checks the binary form: repeated uvarint code and value, where a value of variable length has a
 * uvarint length before it.
 */
final class BinaryForm {
  /** Shortest I2P destination, in bytes. */
  static final int MIN_GARLIC64_BYTES = 386;

  /**
   * Length of the hash of a plain I2P destination, in bytes; those of encrypted lease sets have at
   * least 35.
   */
  static final int GARLIC32_BYTES = 32;

  private BinaryForm() {}

  /**
   * Checks all of {@code bytes}; without allocating when they are right and their names are ASCII.
   */
  static void check(byte[] bytes) throws WireFormatException {
    if (bytes.length == 0) {
      throw new WireFormatException("multiaddr is empty");
    }
    int at = 0;
    int components = 0;
    while (at < bytes.length) {
      if (++components > Multiaddr.MAX_COMPONENTS) {
        throw new WireFormatException(
            "multiaddr has more than the " + Multiaddr.MAX_COMPONENTS + " components allowed");
      }
      long code = UnsignedVarint.read(bytes, at, bytes.length);
      Protocol protocol = Protocol.ofCode(code);
      if (protocol == null) {
        throw new WireFormatException(
            "multiaddr has the unknown protocol code " + code + " at byte " + at);
      }
      at += protocol.codeBytes().length;
      long length = protocol.valueBytes();
      if (length < 0) {
        length = UnsignedVarint.read(bytes, at, bytes.length);
        at += UnsignedVarint.size(length);
      }
      if (length > bytes.length - at) {
        throw new WireFormatException(
            "multiaddr component "
                + protocol
                + " needs "
                + length
                + " bytes, "
                + (bytes.length - at)
                + " are left");
      }
      int end = at + (int) length;
      checkValue(protocol, bytes, at, end);
      at = end;
      if (protocol == Protocol.UNIX && at != bytes.length) {
        throw new WireFormatException(
            "multiaddr component unix is followed by "
                + (bytes.length - at)
                + " bytes; it must be the last");
      }
    }
  }

  static void checkValue(Protocol protocol, byte[] bytes, int from, int to)
      throws WireFormatException {
    switch (protocol) {
      case P2P -> PeerId.validate(bytes, from, to);
      case CERTHASH -> Multihash.digestFrom(bytes, from, to);
      case DNS, DNS4, DNS6, DNSADDR, SNI, IP6ZONE -> checkText(protocol, bytes, from, to, false);
      case UNIX -> {
        if (to - from < 2 || bytes[from] != '/') {
          throw new WireFormatException(
              "multiaddr component unix of " + (to - from) + " bytes is not an absolute path");
        }
        checkText(protocol, bytes, from, to, true);
      }
      case HTTP_PATH -> {
        if (from == to) {
          throw empty(protocol);
        }
      }
      case ONION -> checkOnionPort(protocol, bytes, from + 10);
      case ONION3 -> checkOnionPort(protocol, bytes, from + 35);
      case GARLIC64 -> {
        if (to - from < MIN_GARLIC64_BYTES) {
          throw new WireFormatException(
              "multiaddr component garlic64 of "
                  + (to - from)
                  + " bytes, allowed at least "
                  + MIN_GARLIC64_BYTES);
        }
      }
      case GARLIC32 -> {
        if (to - from != GARLIC32_BYTES && to - from < 35) {
          throw new WireFormatException(
              "multiaddr component garlic32 of "
                  + (to - from)
                  + " bytes, allowed 32 or at least 35");
        }
      }
      default -> {}
    }
  }

  private static void checkOnionPort(Protocol protocol, byte[] bytes, int at)
      throws WireFormatException {
    if (bytes[at] == 0 && bytes[at + 1] == 0) {
      throw new WireFormatException(
          "multiaddr component " + protocol + " has port 0, allowed 1 to 65535");
    }
  }

  /**
   * Host names, zones and paths: UTF-8 that can be printed and parsed again, and put into a log.
   */
  private static void checkText(Protocol protocol, byte[] bytes, int from, int to, boolean path)
      throws WireFormatException {
    if (from == to) {
      throw empty(protocol);
    }
    boolean ascii = true;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b < 0) {
        ascii = false;
      } else if (b < 0x20 || b == 0x7f || b == '/' && !path) {
        throw new WireFormatException(
            "multiaddr component "
                + protocol
                + " has the character U+"
                + Integer.toHexString(b)
                + ", which it must not");
      }
    }
    if (!ascii) {
      checkUtf8(protocol, bytes, from, to);
    }
  }

  private static void checkUtf8(Protocol protocol, byte[] bytes, int from, int to)
      throws WireFormatException {
    try {
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      for (int i = 0; i < text.length(); i++) {
        if (Character.isISOControl(text.charAt(i))) {
          throw new WireFormatException(
              "multiaddr component "
                  + protocol
                  + " has the character U+"
                  + Integer.toHexString(text.charAt(i))
                  + ", which it must not");
        }
      }
    } catch (CharacterCodingException e) {
      throw new WireFormatException(
          "multiaddr component " + protocol + " of " + (to - from) + " bytes is not UTF-8");
    }
  }

  private static WireFormatException empty(Protocol protocol) {
    return new WireFormatException("multiaddr component " + protocol + " is empty");
  }
}
