package io.ethpeerflow.crypto.signature;

import org.jspecify.annotations.Nullable;

/**
 * An implementation of some of the signature algorithms. Found with {@link
 * java.util.ServiceLoader}; {@link Signatures} chooses, for each algorithm and operation, checks
 * what must be checked whoever computes, and is what to call. Thread-safe.
 *
 * <p>Keys and signatures have the forms that {@link SignatureAlgorithm} gives.
 */
public interface SignatureProvider {
  /** A short name in lower case, for configuration and logs. */
  String name();

  /** Why it cannot be used here, or null when it can. Called before anything else. */
  @Nullable String unavailable();

  /**
   * What chooses among providers: the higher the faster, 1 to 100; 0 where it does not do this. One
   * whose signatures are not deterministic must not sign.
   */
  int rank(SignatureAlgorithm algorithm, SignatureOperation operation);

  /**
   * Whether a signature is right.
   *
   * @param publicKey a public key
   * @param message any length
   * @param signature of the right length for Ed25519, with S in range; of one DER encoding and with
   *     r and s in range for ECDSA; anything for RSA
   * @return false also when the public key turns out to be none
   */
  boolean verify(SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature);

  /**
   * Prepares a private key.
   *
   * @param privateKey copied
   * @param publicKey the private key's own
   * @throws IllegalArgumentException if it is no private key; the message holds no part of it
   */
  Signer signer(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey);
}
