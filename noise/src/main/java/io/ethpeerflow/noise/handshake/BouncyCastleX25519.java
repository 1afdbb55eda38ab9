package io.ethpeerflow.noise.handshake;

import org.bouncycastle.math.ec.rfc7748.X25519;

/** Bouncy Castle's lightweight X25519: plain Java, always there. */
final class BouncyCastleX25519 implements KeyAgreement {
  static final BouncyCastleX25519 INSTANCE = new BouncyCastleX25519();

  private BouncyCastleX25519() {}

  @Override
  public String name() {
    return "bouncycastle";
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
