package io.ethpeerflow.crypto.agreement;

import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/** Bouncy Castle's lightweight X25519: plain Java, always there. */
public final class BouncyCastleX25519 implements KeyAgreement {
  /** For the service loader. */
  public BouncyCastleX25519() {}

  @Override
  public String name() {
    return "bouncycastle";
  }

  @Override
  public int rank() {
    return 40;
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    byte[] publicKey = new byte[KEY_BYTES];
    X25519.scalarMultBase(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    byte[] secret = new byte[KEY_BYTES];
    X25519.scalarMult(privateKey, 0, publicKey, 0, secret, 0);
    return secret;
  }
}
