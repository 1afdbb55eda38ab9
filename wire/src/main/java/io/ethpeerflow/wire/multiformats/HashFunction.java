package io.ethpeerflow.wire.multiformats;

import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;

/** The hash functions of multihash that libp2p uses, with their multicodec codes. */
public enum HashFunction {
  /** The data itself. */
  IDENTITY(0x00, -1),
  /** SHA-1, only for what already uses it (BitTorrent). */
  SHA1(0x11, 20),
  /** SHA-256. */
  SHA2_256(0x12, 32),
  /** SHA-512. */
  SHA2_512(0x13, 64),
  /** SHA3-256. */
  SHA3_256(0x16, 32),
  /** Keccak-256, as Ethereum uses it. */
  KECCAK_256(0x1b, 32),
  /** BLAKE3 with its default output of 256 bits. */
  BLAKE3(0x1e, 32),
  /** BLAKE2b with 256 bits. */
  BLAKE2B_256(0xb220, 32);

  private final long code;
  private final int digestBytes;

  HashFunction(long code, int digestBytes) {
    this.code = code;
    this.digestBytes = digestBytes;
  }

  /** The multicodec code. */
  public long code() {
    return code;
  }

  /**
   * Length of the digest that a multihash with this code must have, or -1 if it may vary or the
   * code is not known.
   */
  static int digestBytes(long code) {
    return switch ((int) Math.min(code, Integer.MAX_VALUE)) {
      case 0x11 -> 20;
      case 0x13 -> 64;
      case 0x12, 0x16, 0x1b, 0xb220 -> 32;
      // BLAKE3 has an extendable output
      default -> -1;
    };
  }

  byte[] digest(byte[] data) {
    Digest digest =
        switch (this) {
          case IDENTITY -> null;
          case SHA1 -> new SHA1Digest();
          case SHA2_256 -> SHA256Digest.newInstance();
          case SHA2_512 -> new SHA512Digest();
          case SHA3_256 -> new SHA3Digest(256);
          case KECCAK_256 -> new KeccakDigest(256);
          case BLAKE3 -> new Blake3Digest(256);
          case BLAKE2B_256 -> new Blake2bDigest(256);
        };
    if (digest == null) {
      return data;
    }
    byte[] out = new byte[digestBytes];
    digest.update(data, 0, data.length);
    digest.doFinal(out, 0);
    return out;
  }
}
