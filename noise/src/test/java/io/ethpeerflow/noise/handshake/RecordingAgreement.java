package io.ethpeerflow.noise.handshake;

import io.ethpeerflow.crypto.agreement.KeyAgreement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** X25519 that is none, but cheap, and knows all private keys that there are. */
final class RecordingAgreement implements KeyAgreement {
  /** As their owners hold them. */
  final List<byte[]> privateKeys = new CopyOnWriteArrayList<>();

  @Override
  public String name() {
    return "recording";
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
    privateKeys.add(privateKey);
    return privateKey.clone();
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    return privateKey.clone();
  }
}
