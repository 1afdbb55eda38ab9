package io.ethpeerflow.crypto.aead;

import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/** The JDK's own cipher: intrinsic since JDK 21; allocates some 2 kB per message. */
public final class JceAeadProvider implements AeadProvider {
  private static final JcaCiphers CIPHERS = new JcaCiphers("ChaCha20-Poly1305", null, false);

  /** For the service loader. */
  public JceAeadProvider() {}

  @Override
  public String name() {
    return "jce";
  }

  @Override
  public int rank() {
    return 80;
  }

  @Override
  public @Nullable String unavailable() {
    return CIPHERS.unavailable();
  }

  @Override
  public Sealer sealer(byte[] key) {
    Ciphers.checkKey(key);
    return CIPHERS.sealer(key);
  }

  @Override
  public Opener opener(byte[] key) {
    Ciphers.checkKey(key);
    return CIPHERS.opener(key);
  }

  @Override
  public byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] message) {
    return CIPHERS.seal(key, nonce, associated, message);
  }

  @Override
  public byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
      throws AEADBadTagException {
    return CIPHERS.open(key, nonce, associated, ciphertext);
  }
}
