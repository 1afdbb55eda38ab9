package io.ethpeerflow.noise.handshake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * SHA-256, HMAC and the HKDF of Noise over one reused {@link MessageDigest}: the JDK's digest is
 * intrinsic and cheap, its {@code Mac} is neither. Not thread-safe.
 */
final class Sha256 {
  static final int HASH_BYTES = 32;
  private static final int BLOCK_BYTES = 64;

  private final MessageDigest digest;
  private final byte[] pad = new byte[BLOCK_BYTES];

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] hash(byte[] first, byte[] second) {
    digest.update(first);
    return digest.digest(second);
  }

  byte[] hash(byte[] data) {
    return digest.digest(data);
  }

  private byte[] hmac(byte[] key, byte[] first, byte second) {
    // RFC 2104: keys here are 32 bytes: shorter than a block, so never hashed themselves
    keyed(key, (byte) 0x36);
    digest.update(first);
    if (second != 0) {
      digest.update(second);
    }
    byte[] inner = digest.digest();
    keyed(key, (byte) 0x5c);
    return digest.digest(inner);
  }

  private void keyed(byte[] key, byte with) {
    for (int i = 0; i < BLOCK_BYTES; i++) {
      pad[i] = (byte) ((i < key.length ? key[i] : 0) ^ with);
    }
    digest.update(pad);
    Arrays.fill(pad, (byte) 0);
  }

  /** HKDF of the Noise framework, 4.3, with two outputs. */
  byte[][] hkdf2(byte[] chainingKey, byte[] material) {
    byte[] temp = hmac(chainingKey, material, (byte) 0);
    byte[] first = hmac(temp, new byte[0], (byte) 1);
    byte[] second = hmac(temp, first, (byte) 2);
    Arrays.fill(temp, (byte) 0);
    return new byte[][] {first, second};
  }
}
