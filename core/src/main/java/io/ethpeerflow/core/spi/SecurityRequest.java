package io.ethpeerflow.core.spi;

import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake needs to know.
 *
 * @param role which part to play
 * @param identity the local identity key
 * @param expectedPeer who the remote must prove to be; null accepts anyone
 * @param muxers offered for early negotiation, best first; empty switches it off
 * @param random for keys and nonces
 */
public record SecurityRequest(
    Role role,
    PrivateKey identity,
    @Nullable PeerId expectedPeer,
    List<ProtocolId> muxers,
    SecureRandom random) {
  /** Copies the list. */
  public SecurityRequest {
    muxers = List.copyOf(muxers);
  }
}
