package io.ethpeerflow.noise.handshake;

/** Chooses the implementation of X25519. Thread-safe. */
public final class KeyAgreements {
  private KeyAgreements() {}

  /** The fastest that is there; Bouncy Castle's always is. */
  public static KeyAgreement best() {
    return BouncyCastleX25519.INSTANCE;
  }
}
