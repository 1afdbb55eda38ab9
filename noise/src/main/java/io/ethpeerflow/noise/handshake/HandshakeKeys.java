package io.ethpeerflow.noise.handshake;

import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.crypto.VerifiedSignatures;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * What the handshakes of a host share, so that each has to compute no more than its three
 * agreements: a static key for each identity, spare ephemeral keys, and which signatures of remote
 * static keys were found valid. Thread-safe; lives in memory only.
 *
 * <p>Forward secrecy is the ephemeral keys': who learns a static key reads no connection with it,
 * but can pose as this peer from then on, as with the identity key, because the signature does not
 * expire. Hence it is never stored, and {@link #close()} overwrites it. Identities are the
 * program's to bound: each that is used takes some 500 bytes.
 */
public final class HandshakeKeys implements AutoCloseable {
  private final AeadProvider aead;
  private final KeyAgreement agreement;
  private final Map<PublicKey, StaticKey> staticKeys = new HashMap<>();
  private final EphemeralKeys ephemeralKeys;
  private final VerifiedSignatures verified = new VerifiedSignatures();

  /**
   * No keys yet.
   *
   * @param aead seals and opens the texts of handshakes
   * @param agreement X25519
   */
  public HandshakeKeys(AeadProvider aead, KeyAgreement agreement) {
    this.aead = aead;
    this.agreement = agreement;
    ephemeralKeys = new EphemeralKeys(agreement);
  }

  /** What seals and opens the texts of handshakes. */
  public AeadProvider aead() {
    return aead;
  }

  /** The static key of an identity, made and signed at the first call. */
  synchronized StaticKey staticKey(PrivateKey identity, SecureRandom random) {
    StaticKey key = staticKeys.get(identity.publicKey());
    if (key == null) {
      // [spec noise/static-key-generation] made in this process, and never stored
      key = StaticKey.generate(identity, agreement, random);
      staticKeys.put(identity.publicKey(), key);
    }
    return key;
  }

  /** An ephemeral key that is nobody else's. */
  DhKeyPair ephemeralKey(SecureRandom random) {
    return ephemeralKeys.take(random);
  }

  /**
   * Makes a spare ephemeral key, if any is missing: some 30 microseconds, to be spent where nobody
   * waits for them, after a handshake.
   */
  public void refill(SecureRandom random) {
    ephemeralKeys.refill(random);
  }

  /** Whether an identity key signed a static key, as {@link VerifiedSignatures#verify} says. */
  boolean vouches(PublicKey identity, byte[] staticKey, byte[] signature) {
    return verified.verify(identity, HandshakePayload.signedText(staticKey), signature);
  }

  /**
   * Overwrites all private keys that are kept: handshakes that have not ended fail, a later one
   * makes new keys.
   */
  @Override
  public synchronized void close() {
    staticKeys.values().forEach(StaticKey::erase);
    staticKeys.clear();
    ephemeralKeys.erase();
  }

  /** Names the type only. */
  @Override
  public String toString() {
    return "HandshakeKeys";
  }
}
