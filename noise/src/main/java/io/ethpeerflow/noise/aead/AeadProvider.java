package io.ethpeerflow.noise.aead;

import org.jspecify.annotations.Nullable;

/**
 * An implementation of ChaCha20-Poly1305. Found with {@link java.util.ServiceLoader}; {@link
 * AeadProviders} chooses. Thread-safe.
 */
public interface AeadProvider {
  /** A short name in lower case, for configuration and logs. */
  String name();

  /**
   * What chooses among the available providers: the higher the faster. The built-in ones have 100
   * (libcrypto) and less.
   */
  int rank();

  /** Why it cannot be used here, or null when it can. Called before anything else. */
  @Nullable String unavailable();

  /**
   * A sealer for one key.
   *
   * @param key {@link Ciphers#KEY_BYTES}; copied
   */
  Sealer sealer(byte[] key);

  /**
   * An opener for one key.
   *
   * @param key {@link Ciphers#KEY_BYTES}; copied
   */
  Opener opener(byte[] key);
}
