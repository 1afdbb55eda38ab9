package io.ethpeerflow.crypto.agreement;

import io.ethpeerflow.crypto.CryptoProvider;

/**
 * An implementation of X25519 (RFC 7748). Found with {@link java.util.ServiceLoader}; {@link
 * KeyAgreements} chooses. Thread-safe.
 */
public interface KeyAgreement extends CryptoProvider {
  /** Length of private keys, public keys and shared secrets, in bytes. */
  int KEY_BYTES = 32;

  /**
   * The public key of a private key.
   *
   * @param privateKey {@link #KEY_BYTES} at random; clamped here, not by the caller
   */
  byte[] publicKey(byte[] privateKey);

  /**
   * The shared secret, or 32 zeros where the public key has low order: the caller must refuse
   * those. The highest bit of the public key is ignored, and one that is not below the field's
   * prime counts as what it is congruent to (RFC 7748, section 5).
   *
   * @param privateKey {@link #KEY_BYTES}
   * @param publicKey {@link #KEY_BYTES} as received
   */
  byte[] agree(byte[] privateKey, byte[] publicKey);
}
