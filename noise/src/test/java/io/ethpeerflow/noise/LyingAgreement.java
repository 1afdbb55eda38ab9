package io.ethpeerflow.noise;

import io.ethpeerflow.crypto.agreement.KeyAgreement;

/** Claims a public key whose private key it does not have, and agrees on one with everyone. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LyingAgreement(byte[] claimed) implements KeyAgreement {
  @Override
  public String name() {
    return "lying";
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public String unavailable() {
    return null;
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    return claimed;
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    byte[] one = new byte[KEY_BYTES];
    one[0] = 1;
    return one;
  }
}
