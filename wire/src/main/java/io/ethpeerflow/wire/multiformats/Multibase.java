package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;

/**
 * Text forms of bytes that begin with a character that names the base.
 *
 * <p>Decoding is strict: no bits are left over, padding is there exactly when the base has it.
 * Bases whose alphabet has letters of one case only take both.
 */
@SuppressWarnings("ImmutableEnumChecker") // codecs have no state that changes
public enum Multibase {
  /** Each byte is the character of the same number, U+0000 to U+00FF. */
  IDENTITY("\0", new Latin1Codec()),
  /** Binary. */
  BASE2("0", new BitCodec("01", false, false)),
  /** Octal. */
  BASE8("7", new BitCodec("01234567", false, false)),
  /** Decimal. */
  BASE10("9", new RadixCodec("0123456789")),
  /** Hexadecimal, lower case. */
  BASE16("f", new BitCodec("0123456789abcdef", false, true)),
  /** Hexadecimal, upper case. */
  BASE16_UPPER("F", new BitCodec("0123456789ABCDEF", false, true)),
  /** RFC 4648 base32, lower case; the usual form of a CIDv1. */
  BASE32("b", new BitCodec("abcdefghijklmnopqrstuvwxyz234567", false, true)),
  /** RFC 4648 base32, upper case. */
  BASE32_UPPER("B", new BitCodec("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", false, true)),
  /** RFC 4648 base32, lower case, padded. */
  BASE32_PAD("c", new BitCodec("abcdefghijklmnopqrstuvwxyz234567", true, true)),
  /** RFC 4648 base32, upper case, padded. */
  BASE32_PAD_UPPER("C", new BitCodec("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", true, true)),
  /** RFC 4648 base32 with the extended hex alphabet, lower case. */
  BASE32_HEX("v", new BitCodec("0123456789abcdefghijklmnopqrstuv", false, true)),
  /** RFC 4648 base32 with the extended hex alphabet, upper case. */
  BASE32_HEX_UPPER("V", new BitCodec("0123456789ABCDEFGHIJKLMNOPQRSTUV", false, true)),
  /** RFC 4648 base32 with the extended hex alphabet, lower case, padded. */
  BASE32_HEX_PAD("t", new BitCodec("0123456789abcdefghijklmnopqrstuv", true, true)),
  /** RFC 4648 base32 with the extended hex alphabet, upper case, padded. */
  BASE32_HEX_PAD_UPPER("T", new BitCodec("0123456789ABCDEFGHIJKLMNOPQRSTUV", true, true)),
  /** Base36, lower case: fits a CIDv1 into a DNS label. */
  BASE36("k", new RadixCodec("0123456789abcdefghijklmnopqrstuvwxyz")),
  /** Base36, upper case. */
  BASE36_UPPER("K", new RadixCodec("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
  /** RFC 9285 base45. */
  BASE45("R", new Base45Codec()),
  /** Base58 with the Bitcoin alphabet. */
  BASE58BTC("z", new Base58Codec(Base58.BITCOIN)),
  /** Base58 with the Flickr alphabet. */
  BASE58FLICKR("Z", new Base58Codec(Base58.FLICKR)),
  /** RFC 4648 base64 without padding. */
  BASE64("m", new BitCodec(BitCodec.BASE64, false, false)),
  /** RFC 4648 base64, padded. */
  BASE64_PAD("M", new BitCodec(BitCodec.BASE64, true, false)),
  /** RFC 4648 base64url without padding; the usual form of a certificate hash. */
  BASE64URL("u", new BitCodec(BitCodec.BASE64URL, false, false)),
  /** RFC 4648 base64url, padded. */
  BASE64URL_PAD("U", new BitCodec(BitCodec.BASE64URL, true, false)),
  /** One emoji for each byte. */
  BASE256EMOJI("\ud83d\ude80", new EmojiCodec());

  /**
   * Most bytes that {@link #encode} takes: 4096, as the cost of some bases grows with the square of
   * the length.
   */
  public static final int MAX_BYTES = 4096;

  /**
   * Longest text that {@link #decode} takes, in UTF-16 units: {@link #MAX_BYTES} in base2 and its
   * prefix.
   */
  public static final int MAX_CHARS = 8 * MAX_BYTES + 2;

  private static final Multibase[] ALL = values();

  private final String prefix;
  private final TextCodec codec;

  Multibase(String prefix, TextCodec codec) {
    this.prefix = prefix;
    this.codec = codec;
  }

  /** The text that names the base: one character, for {@link #BASE256EMOJI} one outside the BMP. */
  public String prefix() {
    return prefix;
  }

  /**
   * Encodes bytes: prefix and text.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_BYTES}
   */
  public String encode(byte[] data) {
    if (data.length > MAX_BYTES) {
      throw new IllegalArgumentException("length: " + data.length + " > " + MAX_BYTES);
    }
    var out = new StringBuilder(prefix.length() + data.length * 2);
    out.append(prefix);
    codec.encode(data, out);
    return out.toString();
  }

  /**
   * The base that a text names with its first character.
   *
   * @throws WireFormatException if the text is empty or the character names no base
   */
  public static Multibase of(String text) throws WireFormatException {
    for (Multibase base : ALL) {
      if (text.startsWith(base.prefix)) {
        return base;
      }
    }
    throw new WireFormatException(
        text.isEmpty()
            ? "multibase text is empty"
            : "no multibase has the prefix U+" + Integer.toHexString(text.codePointAt(0)));
  }

  /**
   * Decodes a text in the base that it names.
   *
   * @throws WireFormatException if it names no base, is not valid in that base, or is longer than
   *     {@link #MAX_CHARS} or a lower bound of that base
   */
  public static byte[] decode(String text) throws WireFormatException {
    if (text.length() > MAX_CHARS) {
      throw new WireFormatException(
          "multibase text of "
              + text.length()
              + " characters exceeds the "
              + MAX_CHARS
              + " allowed");
    }
    Multibase base = of(text);
    return base.codec.decode(text, base.prefix.length(), text.length());
  }
}
