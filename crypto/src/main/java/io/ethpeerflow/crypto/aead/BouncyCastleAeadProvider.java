package io.ethpeerflow.crypto.aead;

import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.jspecify.annotations.Nullable;

/** Bouncy Castle's lightweight cipher: plain Java, works everywhere, the slowest. */
public final class BouncyCastleAeadProvider implements AeadProvider {
  /** For the service loader. */
  public BouncyCastleAeadProvider() {}

  @Override
  public String name() {
    return "bouncycastle";
  }

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public Sealer sealer(byte[] key) {
    Ciphers.checkKey(key);
    return new BcSealer(new KeyParameter(key));
  }

  @Override
  public Opener opener(byte[] key) {
    Ciphers.checkKey(key);
    return new BcOpener(new KeyParameter(key));
  }

  @Override
  public byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] message) {
    Ciphers.check(key, nonce);
    try {
      return once(true, key, nonce, associated, message);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
      throws AEADBadTagException {
    Ciphers.check(key, nonce);
    if (ciphertext.length < Ciphers.TAG_BYTES) {
      throw new AEADBadTagException("no tag");
    }
    try {
      return once(false, key, nonce, associated, ciphertext);
    } catch (InvalidCipherTextException e) {
      throw new AEADBadTagException("wrong tag");
    }
  }

  private static byte[] once(boolean seal, byte[] key, byte[] nonce, byte[] associated, byte[] data)
      throws InvalidCipherTextException {
    var cipher = new ChaCha20Poly1305();
    cipher.init(
        seal, new AEADParameters(new KeyParameter(key), 8 * Ciphers.TAG_BYTES, nonce, associated));
    byte[] out = new byte[cipher.getOutputSize(data.length)];
    int done = cipher.processBytes(data, 0, data.length, out, 0);
    cipher.doFinal(out, done);
    return out;
  }

  private static final class BcSealer extends ArraySealer {
    private final ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
    private @Nullable KeyParameter key;

    BcSealer(KeyParameter key) {
      this.key = key;
    }

    @Override
    void sealInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
      cipher.init(true, new ParametersWithIV(key, nonce));
      try {
        int done = cipher.processBytes(data, offset, bytes, data, offset);
        cipher.doFinal(data, offset + done);
      } catch (InvalidCipherTextException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    void forget() {
      key = null;
    }
  }

  private static final class BcOpener extends ArrayOpener {
    private final ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
    private @Nullable KeyParameter key;

    BcOpener(KeyParameter key) {
      this.key = key;
    }

    @Override
    boolean openInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
      cipher.init(false, new ParametersWithIV(key, nonce));
      try {
        int done = cipher.processBytes(data, offset, bytes, data, offset);
        cipher.doFinal(data, offset + done);
        return true;
      } catch (InvalidCipherTextException e) {
        return false;
      }
    }

    @Override
    void forget() {
      key = null;
    }
  }
}
