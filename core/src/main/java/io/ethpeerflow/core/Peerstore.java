package io.ethpeerflow.core;

import io.ethpeerflow.core.annotation.DoNotImplement;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.wire.record.SignedPeerRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of other peers: addresses with a time to live, protocols, keys and the agent
 * version. Bounded in peers and in entries per peer. Any thread.
 */
@DoNotImplement
public interface Peerstore {
  /** Stands for an address that never expires, such as one from the configuration. */
  Duration PERMANENT = Duration.ofNanos(Long.MAX_VALUE);

  /**
   * Adds addresses, or prolongs those known; a shorter time to live never shortens a longer one.
   */
  void addAddresses(PeerId peer, Collection<Multiaddr> addresses, Duration timeToLive);

  /** The addresses that have not expired, without {@code /p2p}. */
  List<Multiaddr> addresses(PeerId peer);

  /** Forgets all addresses of a peer. */
  void clearAddresses(PeerId peer);

  /** Replaces the protocols a peer is known to serve. */
  void setProtocols(PeerId peer, Collection<ProtocolId> protocols);

  /** The protocols a peer is known to serve; empty when it was not identified. */
  Set<ProtocolId> protocols(PeerId peer);

  /** The public key of a peer, when known or inlined in its id. */
  Optional<PublicKey> publicKey(PeerId peer);

  /** Remembers a key; one that does not hash to the peer's id is refused with false. */
  boolean addPublicKey(PeerId peer, PublicKey key);

  /** The agent version of a peer, when identified. */
  Optional<String> agentVersion(PeerId peer);

  /** Remembers the agent version, cut to 256 characters. */
  void setAgentVersion(PeerId peer, String agentVersion);

  /**
   * Takes a verified signed peer record and its addresses, in place of those of the record held,
   * but for permanent ones; one that is older than the one held is refused with false.
   */
  boolean addSignedRecord(SignedPeerRecord signed, Duration timeToLive);

  /** The newest signed record of a peer. */
  Optional<SignedPeerRecord> signedRecord(PeerId peer);

  /** All peers with at least one entry: a snapshot. */
  Set<PeerId> peers();

  /** Forgets everything about a peer. */
  void remove(PeerId peer);
}
