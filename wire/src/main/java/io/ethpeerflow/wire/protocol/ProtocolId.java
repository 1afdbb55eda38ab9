package io.ethpeerflow.wire.protocol;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of an application protocol, such as {@code /echo/1.0.0}. Immutable.
 *
 * <p>It begins with a slash, has no control characters, and its multistream-select message (uvarint
 * length, UTF-8, newline) is no longer than 1024 bytes behind the length, so the name is at most
 * {@value #MAX_BYTES} bytes. Names are compared byte for byte.
 */
public final class ProtocolId implements Comparable<ProtocolId> {
  /**
   * Longest name in UTF-8, in bytes: a multistream-select message of 1024 bytes less its newline.
   */
  public static final int MAX_BYTES = 1023;

  private final String name;
  private final byte[] utf8;

  private ProtocolId(String name, byte[] utf8) {
    this.name = name;
    this.utf8 = utf8;
  }

  /**
   * The protocol with a name that is known to be right, such as a constant. For names from
   * elsewhere use {@link #parse}.
   *
   * @throws IllegalArgumentException if it does not begin with a slash, has a control character or
   *     unpaired surrogate, or is longer than {@link #MAX_BYTES}
   */
  public static ProtocolId of(String name) {
    try {
      return parse(name);
    } catch (WireFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * The protocol with a name that somebody sent or typed.
   *
   * @throws WireFormatException if it does not begin with a slash, has a control character or
   *     unpaired surrogate, or is longer than {@link #MAX_BYTES}
   */
  public static ProtocolId parse(String name) throws WireFormatException {
    if (name.length() > MAX_BYTES) {
      throw tooLong(name.length());
    }
    check(name);
    ByteBuffer encoded;
    try {
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      throw new WireFormatException("protocol name has an unpaired surrogate");
    }
    if (encoded.remaining() > MAX_BYTES) {
      throw tooLong(encoded.remaining());
    }
    byte[] utf8 = new byte[encoded.remaining()];
    encoded.get(utf8);
    return new ProtocolId(name, utf8);
  }

  /**
   * Decodes a name in UTF-8, without the newline of multistream-select.
   *
   * @throws WireFormatException if it is not valid UTF-8 or not a valid name
   */
  public static ProtocolId decode(byte[] utf8) throws WireFormatException {
    return decode(utf8, 0, utf8.length);
  }

  /**
   * Decodes a name in UTF-8 that is the whole of {@code bytes[from..to)}.
   *
   * @throws WireFormatException if it is not valid UTF-8 or not a valid name
   */
  public static ProtocolId decode(byte[] bytes, int from, int to) throws WireFormatException {
    if (to - from > MAX_BYTES) {
      throw tooLong(to - from);
    }
    String name;
    try {
      name =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, from, to - from))
              .toString();
    } catch (CharacterCodingException e) {
      throw new WireFormatException("protocol name of " + (to - from) + " bytes is not UTF-8");
    }
    check(name);
    return new ProtocolId(name, Arrays.copyOfRange(bytes, from, to));
  }

  private static void check(String name) throws WireFormatException {
    if (name.isEmpty() || name.charAt(0) != '/') {
      throw new WireFormatException(
          name.isEmpty()
              ? "protocol name is empty"
              : "protocol name begins with U+"
                  + Integer.toHexString(name.charAt(0))
                  + ", allowed only a slash");
    }
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        throw new WireFormatException(
            "protocol name has the control character U+" + Integer.toHexString(name.charAt(i)));
      }
    }
  }

  private static WireFormatException tooLong(int length) {
    return new WireFormatException(
        "protocol name of " + length + " bytes exceeds the " + MAX_BYTES + " allowed");
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The name in UTF-8: a fresh array. */
  public byte[] toBytes() {
    return utf8.clone();
  }

  /** Length of the name in UTF-8, 1 to {@link #MAX_BYTES}. */
  public int sizeBytes() {
    return utf8.length;
  }

  /**
   * Appends the name in UTF-8.
   *
   * @param out borrowed
   */
  public void writeTo(ByteBuf out) {
    out.writeBytes(utf8);
  }

  @Override
  public int compareTo(ProtocolId other) {
    return name.compareTo(other.name);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof ProtocolId that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
