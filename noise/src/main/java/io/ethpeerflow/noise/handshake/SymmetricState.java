package io.ethpeerflow.noise.handshake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.ethpeerflow.crypto.aead.Ciphers;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * The Noise framework's SymmetricState with its CipherState (revision 34, sections 5.1 and 5.2).
 *
 * <p>The cipher is Bouncy Castle's lightweight one, whatever seals the records later: a handshake
 * seals four short texts with associated data, and so works where no JCA provider has the cipher.
 */
final class SymmetricState {
  private static final byte[] NO_BYTES = new byte[0];

  private final Sha256 sha256 = new Sha256();
  private byte[] hash;
  private byte[] chainingKey;
  private @Nullable KeyParameter key;
  private long counter;

  /**
   * @param protocolName in ASCII, at most 32 bytes
   */
  SymmetricState(String protocolName) {
    byte[] name = protocolName.getBytes(US_ASCII);
    // Noise framework, 5.2: a name no longer than the hash is padded, not hashed
    hash =
        name.length <= Sha256.HASH_BYTES
            ? Arrays.copyOf(name, Sha256.HASH_BYTES)
            : sha256.hash(name);
    chainingKey = hash;
  }

  void mixHash(byte[] data) {
    hash = sha256.hash(hash, data);
  }

  void mixKey(byte[] material) {
    byte[][] keys = sha256.hkdf2(chainingKey, material);
    chainingKey = keys[0];
    key = new KeyParameter(keys[1]);
    counter = 0;
    Arrays.fill(keys[1], (byte) 0);
  }

  byte[] encryptAndHash(byte[] plain) {
    byte[] sealed = plain;
    if (key != null) {
      try {
        sealed = run(true, key, plain);
      } catch (InvalidCipherTextException e) {
        throw new IllegalStateException(e);
      }
    }
    mixHash(sealed);
    return sealed;
  }

  /** Returns null when the tag is wrong; the state is unusable then. */
  byte @Nullable [] decryptAndHash(byte[] sealed) {
    byte[] plain = sealed;
    if (key != null) {
      try {
        plain = run(false, key, sealed);
      } catch (InvalidCipherTextException e) {
        return null;
      }
    }
    mixHash(sealed);
    return plain;
  }

  private byte[] run(boolean seal, KeyParameter with, byte[] in) throws InvalidCipherTextException {
    byte[] nonce = new byte[Ciphers.NONCE_BYTES];
    Ciphers.nonce(counter, nonce);
    var cipher = new ChaCha20Poly1305();
    cipher.init(seal, new AEADParameters(with, Ciphers.TAG_BYTES * 8, nonce, hash));
    byte[] out = new byte[cipher.getOutputSize(in.length)];
    int done = cipher.processBytes(in, 0, in.length, out, 0);
    cipher.doFinal(out, done);
    counter++;
    return out;
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

  void erase() {
    chainingKey = new byte[0];
    key = null;
  }
}
