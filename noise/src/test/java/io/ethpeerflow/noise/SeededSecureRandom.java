package io.ethpeerflow.noise;

import io.ethpeerflow.testkit.seed.SeededRandom;
import java.security.SecureRandom;

/** Randomness that repeats. */
public class SeededSecureRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final transient SeededRandom random;

  public SeededSecureRandom(long seed) {
    random = new SeededRandom(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    random.nextBytes(bytes);
  }
}
