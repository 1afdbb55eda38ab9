package io.ethpeerflow.crypto.signature;

/** A private key, ready to sign. Thread-safe; {@code toString} shows nothing of the key. */
@FunctionalInterface
public interface Signer {
  /**
   * Signs a message: the same signature for the same message.
   *
   * @param message any length; hashed as the algorithm prescribes
   * @return a fresh array
   */
  byte[] sign(byte[] message);
}
