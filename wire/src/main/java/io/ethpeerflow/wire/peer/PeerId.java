package io.ethpeerflow.wire.peer;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiformats.Base58;
import io.ethpeerflow.wire.multiformats.Cid;
import io.ethpeerflow.wire.multiformats.HashFunction;
import io.ethpeerflow.wire.multiformats.Multibase;
import io.ethpeerflow.wire.multiformats.Multihash;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who a peer is: the multihash of its serialised public key. Immutable.
 *
 * <p>A key whose protobuf form is at most {@value #MAX_INLINE_BYTES} bytes long (Ed25519,
 * secp256k1) is contained in the id as an identity multihash; longer ones (ECDSA, RSA) are hashed
 * with SHA-256. No other multihash is a peer id.
 *
 * <p>Ordered by unsigned bytes, so that hash maps stay fast when ids are ground to collide.
 */
public final class PeerId implements Comparable<PeerId> {
  /**
   * Longest public key in protobuf form that is contained in the id instead of hashed, in bytes.
   */
  public static final int MAX_INLINE_BYTES = 42;

  /** Longest binary form, in bytes. */
  public static final int MAX_BYTES = 2 + MAX_INLINE_BYTES;

  /**
   * Longest text form that {@link #parse} reads, in characters: base2 of a CIDv1, the longest
   * multibase.
   */
  public static final int MAX_CHARS = 2 + 8 * (2 + MAX_BYTES);

  private static final int SHA256_BYTES = 32;

  private final byte[] bytes;
  private final int hash;

  private PeerId(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /** The id of the owner of a key. */
  public static PeerId of(PublicKey key) {
    // [spec peer-ids/derivation]
    byte[] message = key.toBytes();
    Multihash hash =
        Multihash.digest(
            message.length <= MAX_INLINE_BYTES ? HashFunction.IDENTITY : HashFunction.SHA2_256,
            message);
    return new PeerId(hash.toBytes());
  }

  /**
   * The id with a text form that is known to be right, such as a constant. For text from elsewhere
   * use {@link #parse}.
   *
   * @throws IllegalArgumentException if it is not the text form of a peer id
   */
  public static PeerId of(String text) {
    try {
      return parse(text);
    } catch (WireFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Parses either text form: base58btc of the multihash, or a CIDv1 with codec libp2p-key in any
   * multibase.
   *
   * @throws WireFormatException if the text is neither, longer than {@link #MAX_CHARS}, or its
   *     multihash is not a peer id
   */
  public static PeerId parse(String text) throws WireFormatException {
    if (text.length() > MAX_CHARS) {
      throw new WireFormatException(
          "peer id of " + text.length() + " characters exceeds the " + MAX_CHARS + " allowed");
    }
    if (isBase58Form(text, 0)) {
      byte[] buffer = new byte[MAX_BYTES];
      int length = Base58.decode(text, 0, text.length(), buffer, 0);
      validate(buffer, 0, length);
      return new PeerId(Arrays.copyOf(buffer, length));
    }
    Cid cid = Cid.parse(text);
    // [spec peer-ids/cid-codec]
    if (cid.version() != 1 || cid.codec() != Cid.LIBP2P_KEY) {
      throw new WireFormatException(
          "CIDv"
              + cid.version()
              + " with codec 0x"
              + Long.toHexString(cid.codec())
              + ", a peer id needs CIDv1 with 0x72");
    }
    return take(cid.multihash().toBytes());
  }

  /** Whether the text form that begins at {@code from} is bare base58btc rather than multibase. */
  public static boolean isBase58Form(String text, int from) {
    // [spec peer-ids/string-representation] identity multihashes begin with 1, SHA-256 ones with
    // Qm; multibase has no such prefix
    return text.startsWith("1", from) || text.startsWith("Qm", from);
  }

  /**
   * Decodes a multihash that is the whole of {@code bytes}.
   *
   * @throws WireFormatException if it is malformed or not a peer id
   */
  public static PeerId decode(byte[] bytes) throws WireFormatException {
    return decode(bytes, 0, bytes.length);
  }

  /**
   * Decodes a multihash that is the whole of {@code bytes[from..to)}.
   *
   * @throws WireFormatException if it is malformed or not a peer id
   */
  public static PeerId decode(byte[] bytes, int from, int to) throws WireFormatException {
    validate(bytes, from, to);
    return new PeerId(Arrays.copyOfRange(bytes, from, to));
  }

  private static PeerId take(byte[] bytes) throws WireFormatException {
    validate(bytes, 0, bytes.length);
    return new PeerId(bytes);
  }

  /**
   * Checks that {@code bytes[from..to)} is a peer id, without allocating.
   *
   * @throws WireFormatException if it is not
   */
  public static void validate(byte[] bytes, int from, int to) throws WireFormatException {
    int length = to - from;
    if (length >= 2 && bytes[from + 1] == length - 2) {
      int code = bytes[from];
      int digest = length - 2;
      if (code == 0x12 && digest == SHA256_BYTES
          || code == 0 && digest >= 1 && digest <= MAX_INLINE_BYTES) {
        return;
      }
    }
    long code = length == 0 ? -1 : bytes[from] & 0xff;
    throw new WireFormatException(
        "multihash of "
            + length
            + " bytes"
            + (code < 0 ? "" : " beginning with 0x" + Long.toHexString(code))
            + " is not a peer id: allowed are SHA-256 and the identity of 1 to "
            + MAX_INLINE_BYTES
            + " bytes");
  }

  /**
   * The public key, if it is contained in the id.
   *
   * @return null if the id is a hash of the key
   * @throws WireFormatException if the contained bytes are not a public key
   */
  public @Nullable PublicKey inlinedKey() throws WireFormatException {
    return bytes[0] == 0 ? PublicKey.decode(Arrays.copyOfRange(bytes, 2, bytes.length)) : null;
  }

  /** Whether this is the id of the owner of {@code key}. */
  public boolean matches(PublicKey key) {
    return equals(of(key));
  }

  /** The binary form: a fresh array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Length of the binary form in bytes, 3 to {@link #MAX_BYTES}. */
  public int sizeBytes() {
    return bytes.length;
  }

  /**
   * Appends the binary form.
   *
   * @param out borrowed
   */
  public void writeTo(ByteBuf out) {
    out.writeBytes(bytes);
  }

  /** The CIDv1 with codec libp2p-key. */
  public Cid toCid() {
    try {
      return Cid.v1(Cid.LIBP2P_KEY, Multihash.decode(bytes));
    } catch (WireFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The CIDv1 text form in a given base; {@link Multibase#BASE36} fits a DNS label. */
  public String toCidString(Multibase base) {
    return toCid().toString(base);
  }

  /** The last eight characters of the text form, for logs. */
  public String toShortString() {
    String text = toString();
    return text.substring(Math.max(0, text.length() - 8));
  }

  /** The base58btc form. */
  @Override
  public String toString() {
    return Base58.encode(bytes);
  }

  @Override
  public int compareTo(PeerId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof PeerId that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
