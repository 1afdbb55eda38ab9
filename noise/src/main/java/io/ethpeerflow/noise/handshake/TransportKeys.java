package io.ethpeerflow.noise.handshake;

import java.util.Arrays;

/** What a finished handshake leaves: a key per direction and the handshake hash. */
public final class TransportKeys {
  private final byte[] send;
  private final byte[] receive;
  private final byte[] handshakeHash;

  TransportKeys(byte[] send, byte[] receive, byte[] handshakeHash) {
    this.send = send;
    this.receive = receive;
    this.handshakeHash = handshakeHash;
  }

  /** The key for what this side seals: not copied, erased by {@link #erase()}. */
  public byte[] send() {
    return send;
  }

  /** The key for what this side opens: not copied, erased by {@link #erase()}. */
  public byte[] receive() {
    return receive;
  }

  /** The handshake hash, the same on both sides: for channel binding. A fresh array. */
  public byte[] handshakeHash() {
    return handshakeHash.clone();
  }

  /** Overwrites both keys; call it when the ciphers have their copies. */
  public void erase() {
    Arrays.fill(send, (byte) 0);
    Arrays.fill(receive, (byte) 0);
  }

  /** Names the type only. */
  @Override
  public String toString() {
    return "TransportKeys";
  }
}
