package io.ethpeerflow.crypto.libcrypto;

import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.Ciphers;
import io.ethpeerflow.crypto.aead.Opener;
import io.ethpeerflow.crypto.aead.Sealer;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 of libcrypto: seals and opens where the bytes are, without a copy or an
 * allocation.
 */
public final class LibcryptoAeadProvider implements AeadProvider {
  private final Backend<AeadProvider> backend =
      new Backend<>("EvpAead", AeadProvider.class, AeadProvider::unavailable);

  /** For the service loader. */
  public LibcryptoAeadProvider() {}

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
    return backend.unavailable();
  }

  @Override
  public Sealer sealer(byte[] key) {
    Ciphers.checkKey(key);
    return backend.get().sealer(key);
  }

  @Override
  public Opener opener(byte[] key) {
    Ciphers.checkKey(key);
    return backend.get().opener(key);
  }

  @Override
  public byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] message) {
    Ciphers.check(key, nonce);
    return backend.get().seal(key, nonce, associated, message);
  }

  @Override
  public byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
      throws AEADBadTagException {
    Ciphers.check(key, nonce);
    return backend.get().open(key, nonce, associated, ciphertext);
  }
}
