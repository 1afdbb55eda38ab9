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
      return new JcaSealer(cipher(), new SecretKeySpec(key, "ChaCha20"), isolate);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  Opener opener(byte[] key) {
    try {
      return new JcaOpener(cipher(), new SecretKeySpec(key, "ChaCha20"), isolate);
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

  private static final class JcaSealer extends ArraySealer {
    private final Cipher cipher;
    private final boolean isolate;
    private @Nullable SecretKeySpec key;

    JcaSealer(Cipher cipher, SecretKeySpec key, boolean isolate) {
      this.cipher = cipher;
      this.key = key;
      this.isolate = isolate;
    }

    @Override
    void sealInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
      try {
        cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
        if (isolate) {
          byte[] own = Arrays.copyOfRange(data, offset, offset + bytes + Ciphers.TAG_BYTES);
          cipher.doFinal(own, 0, bytes, own, 0);
          System.arraycopy(own, 0, data, offset, own.length);
        } else {
          cipher.doFinal(data, offset, bytes, data, offset);
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    void forget() {
      key = null;
    }
  }

  private static final class JcaOpener extends ArrayOpener {
    private final Cipher cipher;
    private final boolean isolate;
    private @Nullable SecretKeySpec key;

    JcaOpener(Cipher cipher, SecretKeySpec key, boolean isolate) {
      this.cipher = cipher;
      this.key = key;
      this.isolate = isolate;
    }

    @Override
    boolean openInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
      try {
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
        if (isolate) {
          byte[] own = Arrays.copyOfRange(data, offset, offset + bytes);
          int plainBytes = cipher.doFinal(own, 0, bytes, own, 0);
          System.arraycopy(own, 0, data, offset, plainBytes);
        } else {
          cipher.doFinal(data, offset, bytes, data, offset);
        }
        return true;
      } catch (AEADBadTagException e) {
        return false;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    void forget() {
      key = null;
    }
  }
}
