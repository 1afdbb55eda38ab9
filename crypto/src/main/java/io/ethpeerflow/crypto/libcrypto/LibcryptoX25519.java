package io.ethpeerflow.crypto.libcrypto;

import io.ethpeerflow.crypto.agreement.KeyAgreement;
import org.jspecify.annotations.Nullable;

/** X25519 of libcrypto. */
public final class LibcryptoX25519 implements KeyAgreement {
  private final Backend<KeyAgreement> backend =
      new Backend<>("EvpX25519", KeyAgreement.class, KeyAgreement::unavailable);

  /** For the service loader. */
  public LibcryptoX25519() {}

  @Override
  public String name() {
    return "libcrypto";
  }

  @Override
  public int rank() {
    return 60;
  }

  @Override
  public @Nullable String unavailable() {
    return backend.unavailable();
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    return backend.get().publicKey(privateKey);
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    return backend.get().agree(privateKey, publicKey);
  }
}
