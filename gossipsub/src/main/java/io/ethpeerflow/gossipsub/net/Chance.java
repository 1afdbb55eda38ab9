package io.ethpeerflow.gossipsub.net;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Fast random numbers that begin where nobody knows. */
final class Chance {
  private static final String ALGORITHM = "L128X256MixRandom";
  private static final int SEED_BYTES = 48;

  private Chance() {}

  static RandomGenerator from(SecureRandom entropy) {
    byte[] seed = new byte[SEED_BYTES];
    entropy.nextBytes(seed);
    return RandomGeneratorFactory.of(ALGORITHM).create(seed);
  }
}
