package io.ethpeerflow.noise.handshake;

/** X25519 (RFC 7748): the seam behind which its implementations are exchanged. Thread-safe. */
public interface KeyAgreement {
  /** Length of private keys, public keys and shared secrets, in bytes. */
  int KEY_BYTES = 32;

  /** A short name, for logs. */
  String name();

  /**
   * The public key of a private key.
   *
   * @param privateKey {@link #KEY_BYTES} at random; clamped here, not by the caller
   */
  byte[] publicKey(byte[] privateKey);

  /**
   * The shared secret, or 32 zeros where the public key has low order: the caller must refuse
   * those.
   *
   * @param privateKey {@link #KEY_BYTES}
   * @param publicKey {@link #KEY_BYTES} as received
   */
  byte[] agree(byte[] privateKey, byte[] publicKey);
}
