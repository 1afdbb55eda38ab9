package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A digest that names its hash function: uvarint code, uvarint length, digest. Immutable.
 *
 * <p>Functions that are not in {@link HashFunction} are carried with their code; those that are
 * must have their digest length.
 */
public final class Multihash {
  /** Longest digest, in bytes: 128, which is also the customary cap of identity multihashes. */
  public static final int MAX_DIGEST_BYTES = 128;

  private final long code;
  private final int digestFrom;
  private final byte[] bytes;

  private Multihash(long code, int digestFrom, byte[] bytes) {
    this.code = code;
    this.digestFrom = digestFrom;
    this.bytes = bytes;
  }

  /**
   * Wraps an existing digest.
   *
   * @param code the multicodec code of the hash function, not negative
   * @throws IllegalArgumentException if the digest is longer than {@link #MAX_DIGEST_BYTES} or not
   *     as long as its function makes it
   */
  public static Multihash of(long code, byte[] digest) {
    try {
      checkDigest(code, digest.length);
    } catch (WireFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    int digestFrom = UnsignedVarint.size(code) + UnsignedVarint.size(digest.length);
    byte[] bytes = new byte[digestFrom + digest.length];
    UnsignedVarint.write(digest.length, bytes, UnsignedVarint.write(code, bytes, 0));
    System.arraycopy(digest, 0, bytes, digestFrom, digest.length);
    return new Multihash(code, digestFrom, bytes);
  }

  /**
   * Hashes data.
   *
   * @throws IllegalArgumentException if {@code function} is {@link HashFunction#IDENTITY} and the
   *     data is longer than {@link #MAX_DIGEST_BYTES}
   */
  public static Multihash digest(HashFunction function, byte[] data) {
    return of(function.code(), function.digest(data));
  }

  /**
   * Decodes a multihash that is the whole of {@code bytes}.
   *
   * @throws WireFormatException if it is truncated, followed by anything, or its digest has a
   *     length that its function does not make
   */
  public static Multihash decode(byte[] bytes) throws WireFormatException {
    return decode(bytes, 0, bytes.length);
  }

  /**
   * Decodes a multihash that is the whole of {@code bytes[from..to)}.
   *
   * @throws WireFormatException if it is truncated, followed by anything, or its digest has a
   *     length that its function does not make
   */
  public static Multihash decode(byte[] bytes, int from, int to) throws WireFormatException {
    int digestFrom = digestFrom(bytes, from, to);
    return new Multihash(
        UnsignedVarint.read(bytes, from, to),
        digestFrom - from,
        Arrays.copyOfRange(bytes, from, to));
  }

  /**
   * Checks that {@code bytes[from..to)} is one multihash, without allocating.
   *
   * @return the index of the first byte of the digest
   * @throws WireFormatException as {@link #decode(byte[], int, int)}
   */
  public static int digestFrom(byte[] bytes, int from, int to) throws WireFormatException {
    long code = UnsignedVarint.read(bytes, from, to);
    int lengthFrom = from + UnsignedVarint.size(code);
    long length = UnsignedVarint.read(bytes, lengthFrom, to);
    int digestFrom = lengthFrom + UnsignedVarint.size(length);
    if (length != to - digestFrom) {
      throw new WireFormatException(
          "multihash announces a digest of " + length + " bytes and carries " + (to - digestFrom));
    }
    checkDigest(code, (int) length);
    return digestFrom;
  }

  private static void checkDigest(long code, int length) throws WireFormatException {
    int expected = HashFunction.digestBytes(code);
    if (expected >= 0 ? length != expected : length > MAX_DIGEST_BYTES) {
      throw new WireFormatException(
          "digest of "
              + length
              + " bytes for hash function 0x"
              + Long.toHexString(code)
              + ", allowed "
              + (expected >= 0 ? expected : "at most " + MAX_DIGEST_BYTES));
    }
  }

  /** The multicodec code of the hash function. */
  public long code() {
    return code;
  }

  /** The digest: a fresh array. */
  public byte[] digest() {
    return Arrays.copyOfRange(bytes, digestFrom, bytes.length);
  }

  /** The binary form: a fresh array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  byte[] bytesShared() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multihash that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The binary form in lower-case hex. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
