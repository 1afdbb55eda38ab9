package io.ethpeerflow.noise.aead;

import java.security.GeneralSecurityException;
import java.security.Provider;
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

  JcaCiphers(String transformation, @Nullable Provider provider) {
    this.transformation = transformation;
    this.provider = provider;
  }

  private Cipher cipher() throws GeneralSecurityException {
    return provider == null
        ? Cipher.getInstance(transformation)
        : Cipher.getInstance(transformation, provider);
  }

  Sealer sealer(byte[] key) {
    try {
      return new JcaSealer(cipher(), new SecretKeySpec(key, "ChaCha20"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  Opener opener(byte[] key) {
    try {
      return new JcaOpener(cipher(), new SecretKeySpec(key, "ChaCha20"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class JcaSealer extends ArraySealer {
    private final Cipher cipher;
    private @Nullable SecretKeySpec key;

    JcaSealer(Cipher cipher, SecretKeySpec key) {
      this.cipher = cipher;
      this.key = key;
    }

    @Override
    void sealInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
      try {
        cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
        cipher.doFinal(data, offset, bytes, data, offset);
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
    private @Nullable SecretKeySpec key;

    JcaOpener(Cipher cipher, SecretKeySpec key) {
      this.cipher = cipher;
      this.key = key;
    }

    @Override
    boolean openInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
      try {
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
        cipher.doFinal(data, offset, bytes, data, offset);
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
