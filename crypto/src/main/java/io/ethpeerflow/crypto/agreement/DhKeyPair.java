package io.ethpeerflow.crypto.agreement;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * An X25519 key pair, until it is erased. Threads may share it; who erases it sees to it that no
 * other still needs it.
 */
public final class DhKeyPair {
  private final KeyAgreement agreement;
  private final byte[] privateKey;
  private final byte[] publicKey;
  private volatile boolean erased;

  private DhKeyPair(KeyAgreement agreement, byte[] privateKey) {
    this.agreement = agreement;
    this.privateKey = privateKey;
    this.publicKey = agreement.publicKey(privateKey);
  }

  /** A fresh pair. */
  public static DhKeyPair generate(KeyAgreement agreement, SecureRandom random) {
    byte[] privateKey = new byte[KeyAgreement.KEY_BYTES];
    random.nextBytes(privateKey);
    return new DhKeyPair(agreement, privateKey);
  }

  /**
   * The pair of a given private key, for test vectors.
   *
   * @param privateKey copied; {@link KeyAgreement#KEY_BYTES}
   */
  public static DhKeyPair of(KeyAgreement agreement, byte[] privateKey) {
    if (privateKey.length != KeyAgreement.KEY_BYTES) {
      throw new IllegalArgumentException(
          "private key of " + privateKey.length + " bytes, " + KeyAgreement.KEY_BYTES + " needed");
    }
    return new DhKeyPair(agreement, privateKey.clone());
  }

  /** The public key: a fresh array. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * The secret shared with a remote.
   *
   * @param remotePublicKey {@link KeyAgreement#KEY_BYTES} as received
   * @return as {@link KeyAgreement#agree}: 32 zeros for a key of low order, to be refused
   * @throws IllegalStateException if the pair is erased: what zeros agree on, everybody can compute
   */
  public byte[] agree(byte[] remotePublicKey) {
    if (erased) {
      throw new IllegalStateException("the key pair is erased");
    }
    return agreement.agree(privateKey, remotePublicKey);
  }

  /** Overwrites the private key; the pair is of no further use. Idempotent. */
  public void erase() {
    erased = true;
    Arrays.fill(privateKey, (byte) 0);
  }

  /** Names the type only. */
  @Override
  public String toString() {
    return "DhKeyPair";
  }
}
