package io.ethpeerflow.wire.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** A source of keys that are the same in every run. */
public final class TestRandom {
  private TestRandom() {}

  /** Gives the same numbers for the same seed. */
  public static SecureRandom seeded(long seed) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(seed);
      return random;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
