package io.ethpeerflow.host.loop.netty;

import java.security.SecureRandom;

/** The system's randomness, for keys and nonces. */
public final class SystemEntropy {
  private SystemEntropy() {}

  /** A new source, seeded by the system. */
  public static SecureRandom source() {
    return new SecureRandom();
  }
}
