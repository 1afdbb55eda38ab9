package io.ethpeerflow.crypto.agreement;

import org.jspecify.annotations.Nullable;

/** The JDK's own X25519: always there, the slowest. */
public final class JdkX25519 implements KeyAgreement {
  private static final JcaX25519 ALGORITHM = new JcaX25519(null, false);

  /** For the service loader. */
  public JdkX25519() {}

  @Override
  public String name() {
    return "jdk";
  }

  @Override
  public int rank() {
    return 20;
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    return ALGORITHM.publicKey(privateKey);
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    return ALGORITHM.agree(privateKey, publicKey);
  }
}
