package io.ethpeerflow.crypto;

import org.jspecify.annotations.Nullable;

/** What the implementations of each kind of primitive tell about themselves. Thread-safe. */
public interface CryptoProvider {
  /** A short name in lower case, for configuration and logs. */
  String name();

  /**
   * What chooses among the providers that can be used: the higher the faster. Those built in have 1
   * to 100, by measurement (see the module's README).
   */
  int rank();

  /**
   * Why it cannot be used here, or null when it can. Called before anything else, and cheap when
   * called again. Whether its answers are right is for the caller to test.
   */
  @Nullable String unavailable();
}
