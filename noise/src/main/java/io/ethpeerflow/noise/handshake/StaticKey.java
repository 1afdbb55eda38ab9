package io.ethpeerflow.noise.handshake;

import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.security.SecureRandom;
import java.util.List;

/**
 * The static key of an identity, with the identity's signature of it: made once, and shared by the
 * handshakes of that identity. Thread-safe.
 */
final class StaticKey {
  /** A payload, and the muxers that it offers. */
  private record Offer(List<ProtocolId> muxers, byte[] payload) {}

  private final DhKeyPair pair;
  private final byte[] identityKey;
  private final byte[] signature;
  private volatile Offer latest;

  private StaticKey(DhKeyPair pair, PrivateKey identity) {
    this.pair = pair;
    identityKey = identity.publicKey().toBytes();
    // [spec noise/static-key-authentication] what the remote checks
    signature = identity.sign(HandshakePayload.signedText(pair.publicKey()));
    latest = offer(List.of());
  }

  /** A fresh key, signed. */
  static StaticKey generate(PrivateKey identity, KeyAgreement agreement, SecureRandom random) {
    return new StaticKey(DhKeyPair.generate(agreement, random), identity);
  }

  DhKeyPair pair() {
    return pair;
  }

  /**
   * The payload that proves this key. Encoded anew only when the muxers are not those of the last
   * call: those of a host do not change.
   *
   * @param muxers immutable
   * @return shared: not to be written to
   */
  byte[] payload(List<ProtocolId> muxers) {
    Offer offer = latest;
    if (!offer.muxers.equals(muxers)) {
      offer = offer(muxers);
      latest = offer;
    }
    return offer.payload;
  }

  private Offer offer(List<ProtocolId> muxers) {
    return new Offer(
        muxers, new HandshakePayload(identityKey, signature, muxers, List.of()).encode());
  }

  /** Overwrites the private key. Idempotent. */
  void erase() {
    pair.erase();
  }

  /** Names the type only. */
  @Override
  public String toString() {
    return "StaticKey";
  }
}
