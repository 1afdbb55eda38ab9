package io.ethpeerflow.noise.handshake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.Ciphers;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * The Noise framework's SymmetricState with its CipherState (revision 34, sections 5.1 and 5.2).
 */
final class SymmetricState {
  private static final byte[] NO_BYTES = new byte[0];

  private final AeadProvider aead;
  private final Sha256 sha256 = new Sha256();
  private byte[] hash;
  private byte[] chainingKey;
  private byte @Nullable [] key;
  private long counter;

  /**
   * The state before the first message.
   *
   * @param protocolName in ASCII, at most 32 bytes
   * @param aead seals the texts of the handshake, each by itself
   */
  SymmetricState(String protocolName, AeadProvider aead) {
    this.aead = aead;
    byte[] name = protocolName.getBytes(US_ASCII);
    // Noise framework, 5.2: a name no longer than the hash is padded, not hashed
    hash =
        name.length <= Sha256.HASH_BYTES
            ? Arrays.copyOf(name, Sha256.HASH_BYTES)
            : sha256.hash(name);
    chainingKey = hash.clone();
  }

  void mixHash(byte[] data) {
    hash = sha256.hash(hash, data);
  }

  void mixKey(byte[] material) {
    byte[][] keys = sha256.hkdf2(chainingKey, material);
    erase();
    chainingKey = keys[0];
    key = keys[1];
    counter = 0;
  }

  byte[] encryptAndHash(byte[] plain) {
    byte[] sealed = key == null ? plain : aead.seal(key, nextNonce(), hash, plain);
    mixHash(sealed);
    return sealed;
  }

  /** Returns null when the tag is wrong; the state is unusable then. */
  byte @Nullable [] decryptAndHash(byte[] sealed) {
    byte[] plain = sealed;
    if (key != null) {
      try {
        plain = aead.open(key, nextNonce(), hash, sealed);
      } catch (AEADBadTagException e) {
        return null;
      }
    }
    mixHash(sealed);
    return plain;
  }

  private byte[] nextNonce() {
    byte[] nonce = new byte[Ciphers.NONCE_BYTES];
    Ciphers.nonce(counter++, nonce);
    return nonce;
  }

  byte[] hash() {
    return hash.clone();
  }

  /** The two transport keys: of the initiator's and of the responder's direction. */
  byte[][] split() {
    byte[][] keys = sha256.hkdf2(chainingKey, NO_BYTES);
    erase();
    return keys;
  }

  /** Overwrites the chaining key and the cipher's key. */
  void erase() {
    Arrays.fill(chainingKey, (byte) 0);
    chainingKey = NO_BYTES;
    if (key != null) {
      Arrays.fill(key, (byte) 0);
      key = null;
    }
  }
}
