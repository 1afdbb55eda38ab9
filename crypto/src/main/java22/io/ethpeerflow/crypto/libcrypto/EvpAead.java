package io.ethpeerflow.crypto.libcrypto;

import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.Opener;
import io.ethpeerflow.crypto.aead.Sealer;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/** What {@link LibcryptoAeadProvider} loads on JDK 22 and newer. */
final class EvpAead implements AeadProvider {
  EvpAead() {}

  @Override
  public String name() {
    return "libcrypto";
  }

  @Override
  public int rank() {
    return 100;
  }

  @Override
  public @Nullable String unavailable() {
    String why = Libcrypto.unavailable();
    if (why != null) {
      return why;
    }
    try {
      return Evp.CIPHER == 0 ? "this libcrypto has no ChaCha20-Poly1305" : null;
    } catch (LinkageError e) {
      return Libcrypto.otherKind(e);
    }
  }

  @Override
  public Sealer sealer(byte[] key) {
    return new LibcryptoSealer(key);
  }

  @Override
  public Opener opener(byte[] key) {
    return new LibcryptoOpener(key);
  }

  @Override
  public byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] message) {
    try (var sealer = new LibcryptoSealer(key)) {
      return sealer.seal(nonce, associated, message);
    }
  }

  @Override
  public byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
      throws AEADBadTagException {
    try (var opener = new LibcryptoOpener(key)) {
      return opener.open(nonce, associated, ciphertext);
    }
  }
}
