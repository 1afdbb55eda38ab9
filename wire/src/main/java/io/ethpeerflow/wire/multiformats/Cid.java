package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import java.util.Objects;

/**
 * A content identifier: version, codec of the content, multihash of the content. Immutable.
 *
 * @param version 0 or 1; version 0 always is {@link #DAG_PB} with a SHA-256 multihash
 * @param codec the multicodec code of the content, not negative
 * @param multihash the hash of the content
 */
public record Cid(int version, long codec, Multihash multihash) {
  /** Codec of opaque bytes. */
  public static final long RAW = 0x55;

  /** Codec of MerkleDAG protobuf. */
  public static final long DAG_PB = 0x70;

  /** Codec of MerkleDAG CBOR. */
  public static final long DAG_CBOR = 0x71;

  /** Codec of a peer id as a CID. */
  public static final long LIBP2P_KEY = 0x72;

  /** Codec of the info dictionary of a BitTorrent file. */
  public static final long TORRENT_INFO = 0x7b;

  /** Codec of a BitTorrent file. */
  public static final long TORRENT_FILE = 0x7c;

  /** Longest binary form, in bytes: version, codec and the longest multihash. */
  public static final int MAX_BYTES = 1 + 3 * UnsignedVarint.MAX_BYTES + Multihash.MAX_DIGEST_BYTES;

  private static final int V0_BYTES = 34;
  private static final int V0_CHARS = 46;

  /**
   * Checks the parts against each other.
   *
   * @throws IllegalArgumentException if there is no such version, the codec is negative, or version
   *     0 is not what it must be
   */
  public Cid {
    Objects.requireNonNull(multihash, "multihash");
    if (codec < 0) {
      throw new IllegalArgumentException("codec: " + codec + " < 0");
    }
    if (version != 0 && version != 1) {
      throw new IllegalArgumentException("version: " + version + " is neither 0 nor 1");
    }
    if (version == 0 && (codec != DAG_PB || multihash.code() != HashFunction.SHA2_256.code())) {
      throw new IllegalArgumentException(
          "version 0 with codec 0x"
              + Long.toHexString(codec)
              + " and hash 0x"
              + Long.toHexString(multihash.code())
              + ", allowed only 0x70 with 0x12");
    }
  }

  /** A CIDv1. */
  public static Cid v1(long codec, Multihash multihash) {
    return new Cid(1, codec, multihash);
  }

  /**
   * Decodes a CID that is the whole of {@code bytes}. 34 bytes that begin with {@code 12 20} are
   * version 0.
   *
   * @throws WireFormatException if the version is unknown or the multihash malformed
   */
  public static Cid decode(byte[] bytes) throws WireFormatException {
    if (bytes.length == V0_BYTES && bytes[0] == 0x12 && bytes[1] == 0x20) {
      return new Cid(0, DAG_PB, Multihash.decode(bytes));
    }
    long version = UnsignedVarint.read(bytes, 0, bytes.length);
    if (version != 1) {
      throw new WireFormatException(
          "CID version " + version + ", allowed 1, or 34 bytes of version 0");
    }
    long codec = UnsignedVarint.read(bytes, 1, bytes.length);
    return new Cid(1, codec, Multihash.decode(bytes, 1 + UnsignedVarint.size(codec), bytes.length));
  }

  /**
   * Parses the text form: {@code Qm...} with 46 characters is version 0, everything else is
   * multibase.
   *
   * @throws WireFormatException if the text is not valid multibase or not a CIDv1 in it
   */
  public static Cid parse(String text) throws WireFormatException {
    if (text.length() == V0_CHARS && text.startsWith("Qm")) {
      return new Cid(0, DAG_PB, Multihash.decode(Base58.decode(text)));
    }
    if (text.length() > 8 * MAX_BYTES + 2) {
      throw new WireFormatException(
          "CID text of "
              + text.length()
              + " characters exceeds the "
              + (8 * MAX_BYTES + 2)
              + " allowed");
    }
    byte[] bytes = Multibase.decode(text);
    if (bytes.length > 0 && bytes[0] == 0x12) {
      throw new WireFormatException("CID version 0 has no multibase form");
    }
    return decode(bytes);
  }

  /** The binary form: a fresh array. */
  public byte[] toBytes() {
    if (version == 0) {
      return multihash.toBytes();
    }
    byte[] hash = multihash.bytesShared();
    int codecBytes = UnsignedVarint.size(codec);
    byte[] bytes = new byte[1 + codecBytes + hash.length];
    bytes[0] = 1;
    UnsignedVarint.write(codec, bytes, 1);
    System.arraycopy(hash, 0, bytes, 1 + codecBytes, hash.length);
    return bytes;
  }

  /**
   * The text form in a given base.
   *
   * @throws IllegalArgumentException if this is version 0, whose only form is {@link #toString}
   */
  public String toString(Multibase base) {
    if (version == 0) {
      throw new IllegalArgumentException("CID version 0 has no multibase form");
    }
    return base.encode(toBytes());
  }

  /** The usual text form: bare base58btc of version 0, multibase base32 of version 1. */
  @Override
  public String toString() {
    return version == 0 ? Base58.encode(multihash.bytesShared()) : toString(Multibase.BASE32);
  }
}
