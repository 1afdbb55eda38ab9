package io.ethpeerflow.crypto.aead;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Sealers and openers on a {@link Cipher}: one cipher per direction, initialised per message,
 * because the JCA binds the nonce there.
 */
final class JcaCiphers {
  private final String transformation;
  private final @Nullable Provider provider;
  private final boolean isolate;

  /**
   * Ciphers of a provider.
   *
   * @param provider null for the first that has the transformation
   * @param isolate whether each message is copied into an array of its own first: for a provider
   *     that hands whole arrays to native code, where the array of a pooled buffer, some megabytes
   *     long, would be copied in and out for every message
   */
  JcaCiphers(String transformation, @Nullable Provider provider, boolean isolate) {
    this.transformation = transformation;
    this.provider = provider;
    this.isolate = isolate;
  }

  private Cipher cipher() throws GeneralSecurityException {
    return provider == null
        ? Cipher.getInstance(transformation)
        : Cipher.getInstance(transformation, provider);
  }

  /** Why there are none, or null. */
  @Nullable String unavailable() {
    try {
      cipher();
      return null;
    } catch (GeneralSecurityException e) {
      return e.getMessage();
    }
  }

  Sealer sealer(byte[] key) {
    try {
      return new JcaSealer(new Keyed(Cipher.ENCRYPT_MODE, key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  Opener opener(byte[] key) {
    try {
      return new JcaOpener(new Keyed(Cipher.DECRYPT_MODE, key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] message) {
    Ciphers.check(key, nonce);
    try {
      return once(Cipher.ENCRYPT_MODE, key, nonce, associated, message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
      throws AEADBadTagException {
    Ciphers.check(key, nonce);
    if (ciphertext.length < Ciphers.TAG_BYTES) {
      throw new AEADBadTagException("no tag");
    }
    try {
      return once(Cipher.DECRYPT_MODE, key, nonce, associated, ciphertext);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] once(int mode, byte[] key, byte[] nonce, byte[] associated, byte[] data)
      throws GeneralSecurityException {
    Cipher cipher = cipher();
    cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
    cipher.updateAAD(associated);
    return cipher.doFinal(data);
  }

  /** A cipher for one key and one direction. */
  private final class Keyed {
    private final int mode;
    private final Cipher cipher = cipher();
    private @Nullable SecretKeySpec key;

    Keyed(int mode, byte[] key) throws GeneralSecurityException {
      this.mode = mode;
      this.key = new SecretKeySpec(key, "ChaCha20");
    }

    /**
     * Replaces {@code data[offset..offset+bytes)} by what the cipher makes of it.
     *
     * @param room for both, at least {@code bytes}
     */
    void run(byte[] nonce, byte[] data, int offset, int bytes, int room)
        throws GeneralSecurityException {
      cipher.init(mode, key, new IvParameterSpec(nonce));
      if (isolate) {
        byte[] own = Arrays.copyOfRange(data, offset, offset + room);
        int made = cipher.doFinal(own, 0, bytes, own, 0);
        System.arraycopy(own, 0, data, offset, made);
      } else {
        cipher.doFinal(data, offset, bytes, data, offset);
      }
    }

    void forget() {
      key = null;
    }
  }

  private static final class JcaSealer extends ArraySealer {
    private final Keyed cipher;

    JcaSealer(Keyed cipher) {
      this.cipher = cipher;
    }

    @Override
    void sealInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
      try {
        cipher.run(nonce, data, offset, bytes, bytes + Ciphers.TAG_BYTES);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    void forget() {
      cipher.forget();
    }
  }

  private static final class JcaOpener extends ArrayOpener {
    private final Keyed cipher;

    JcaOpener(Keyed cipher) {
      this.cipher = cipher;
    }

    @Override
    boolean openInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
      try {
        cipher.run(nonce, data, offset, bytes, bytes);
        return true;
      } catch (AEADBadTagException e) {
        return false;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    void forget() {
      cipher.forget();
    }
  }
}
