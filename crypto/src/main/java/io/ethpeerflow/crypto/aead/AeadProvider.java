package io.ethpeerflow.crypto.aead;

import io.ethpeerflow.crypto.CryptoProvider;
import javax.crypto.AEADBadTagException;

/**
 * An implementation of ChaCha20-Poly1305. Found with {@link java.util.ServiceLoader}; {@link
 * AeadProviders} chooses. Thread-safe.
 */
public interface AeadProvider extends CryptoProvider {
  /**
   * A sealer for one key.
   *
   * @param key {@link Ciphers#KEY_BYTES}; copied
   */
  Sealer sealer(byte[] key);

  /**
   * An opener for one key.
   *
   * @param key {@link Ciphers#KEY_BYTES}; copied
   */
  Opener opener(byte[] key);

  /**
   * Seals one message by itself: for handshakes, where keys change with each message.
   *
   * @param key {@link Ciphers#KEY_BYTES}
   * @param nonce {@link Ciphers#NONCE_BYTES}; must be used once with this key
   * @param associated what is authenticated but not sent; may be empty
   * @return ciphertext and tag; a fresh array
   */
  byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] message);

  /**
   * Opens one message by itself.
   *
   * @param key {@link Ciphers#KEY_BYTES}
   * @param nonce {@link Ciphers#NONCE_BYTES}
   * @param associated what was authenticated beside the message
   * @param ciphertext with its tag, any length
   * @return the message, a fresh array
   * @throws AEADBadTagException when the tag is wrong or missing
   */
  byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
      throws AEADBadTagException;
}
