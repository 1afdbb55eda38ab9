package io.ethpeerflow.crypto.aead;

/** Sizes of ChaCha20-Poly1305 as Noise uses it, and the form of its nonce. */
public final class Ciphers {
  /** Length of a key, in bytes. */
  public static final int KEY_BYTES = 32;

  /** Length of a tag, in bytes. */
  public static final int TAG_BYTES = 16;

  /** Length of a nonce on the cipher's side, in bytes. */
  public static final int NONCE_BYTES = 12;

  private Ciphers() {}

  /**
   * Checks a key's length.
   *
   * @throws IllegalArgumentException if it is not {@link #KEY_BYTES}
   */
  public static void checkKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "key of " + key.length + " bytes, " + KEY_BYTES + " needed");
    }
  }

  /**
   * Checks the lengths of a key and a nonce.
   *
   * @throws IllegalArgumentException if they are not {@link #KEY_BYTES} and {@link #NONCE_BYTES}
   */
  public static void check(byte[] key, byte[] nonce) {
    checkKey(key);
    if (nonce.length != NONCE_BYTES) {
      throw new IllegalArgumentException(
          "nonce of " + nonce.length + " bytes, " + NONCE_BYTES + " needed");
    }
  }

  /**
   * Writes a counter in the form that Noise prescribes: four zeros, then 64 bits little-endian.
   *
   * @param out at least {@link #NONCE_BYTES}
   */
  public static void nonce(long counter, byte[] out) {
    // [spec noise/cipher-nonce] 32 bits of zeros followed by little-endian encoding of n
    for (int i = 0; i < 4; i++) {
      out[i] = 0;
    }
    for (int i = 0; i < 8; i++) {
      out[4 + i] = (byte) (counter >>> (8 * i));
    }
  }
}
