package io.ethpeerflow.crypto.agreement;

import io.ethpeerflow.crypto.conscrypt.ConscryptLibrary;
import org.jspecify.annotations.Nullable;

/** BoringSSL's X25519 through Conscrypt, when its artifact is on the class path. */
public final class ConscryptX25519 implements KeyAgreement {
  private static final class Loaded {
    static final JcaX25519 ALGORITHM = new JcaX25519(ConscryptLibrary.provider(), true);
  }

  /** For the service loader. */
  public ConscryptX25519() {}

  @Override
  public String name() {
    return "conscrypt";
  }

  @Override
  public int rank() {
    return 100;
  }

  @Override
  public @Nullable String unavailable() {
    return ConscryptLibrary.unavailable();
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    return Loaded.ALGORITHM.publicKey(privateKey);
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    return Loaded.ALGORITHM.agree(privateKey, publicKey);
  }
}
