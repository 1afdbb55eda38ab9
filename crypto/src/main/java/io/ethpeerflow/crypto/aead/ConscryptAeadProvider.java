package io.ethpeerflow.crypto.aead;

import io.ethpeerflow.crypto.conscrypt.ConscryptLibrary;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * BoringSSL through Conscrypt, when its artifact is on the class path: faster than the JDK's own
 * for messages of some dozen bytes, slower from 1 KiB on, because arrays are copied on their way to
 * native code.
 */
public final class ConscryptAeadProvider implements AeadProvider {
  private static final class Loaded {
    static final JcaCiphers CIPHERS =
        new JcaCiphers("ChaCha20/Poly1305/NoPadding", ConscryptLibrary.provider(), true);
  }

  /** For the service loader. */
  public ConscryptAeadProvider() {}

  @Override
  public String name() {
    return "conscrypt";
  }

  @Override
  public int rank() {
    return 60;
  }

  @Override
  public @Nullable String unavailable() {
    String why = ConscryptLibrary.unavailable();
    return why == null ? Loaded.CIPHERS.unavailable() : why;
  }

  @Override
  public Sealer sealer(byte[] key) {
    Ciphers.checkKey(key);
    return Loaded.CIPHERS.sealer(key);
  }

  @Override
  public Opener opener(byte[] key) {
    Ciphers.checkKey(key);
    return Loaded.CIPHERS.opener(key);
  }

  @Override
  public byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] message) {
    return Loaded.CIPHERS.seal(key, nonce, associated, message);
  }

  @Override
  public byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
      throws AEADBadTagException {
    return Loaded.CIPHERS.open(key, nonce, associated, ciphertext);
  }
}
