package io.ethpeerflow.core.suite;

import io.ethpeerflow.testkit.seed.SeededRandom;
import java.security.SecureRandom;

/** A {@link SecureRandom} that is none: what it gives follows from a seed. For tests only. */
public final class SeededSecureRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final transient SeededRandom random;

  /** The source with that seed. */
  public SeededSecureRandom(long seed) {
    random = new SeededRandom(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
  }

  @Override
  public byte[] generateSeed(int length) {
    byte[] bytes = new byte[length];
    nextBytes(bytes);
    return bytes;
  }
}
