package io.ethpeerflow.core.suite;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Identities by number: the same number is the same Ed25519 key in every run. */
public final class TestIdentities {
  private static final Map<Integer, PrivateKey> KEYS = new ConcurrentHashMap<>();
  private static final Map<Integer, PeerId> PEERS = new ConcurrentHashMap<>();

  private TestIdentities() {}

  /** The key with that number. */
  public static PrivateKey key(int number) {
    return KEYS.computeIfAbsent(number, TestIdentities::make);
  }

  /** The peer that owns {@link #key}. */
  public static PeerId peer(int number) {
    return PEERS.computeIfAbsent(number, n -> PeerId.of(key(n).publicKey()));
  }

  private static PrivateKey make(int number) {
    byte[] secret = ByteBuffer.allocate(32).putInt(0x7e57).putInt(number).array();
    try {
      return PrivateKey.ofData(KeyType.ED25519, secret);
    } catch (WireFormatException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
