package io.ethpeerflow.host.identify;

import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.wire.record.PeerRecord;
import io.ethpeerflow.wire.record.SignedPeerRecord;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What identify tells of this host. The signed record is sealed again only when the addresses have
 * changed, with a sequence number that grows across restarts. Any thread.
 */
public final class LocalIdentity {
  private static final String PROTOCOL_VERSION = "ipfs/0.1.0";

  private final PrivateKey key;
  private final PeerId peer;
  private final String agentVersion;
  private final Supplier<List<Multiaddr>> addresses;
  private final Supplier<Set<ProtocolId>> protocols;
  private final LongSupplier sequence;
  private @Nullable SignedPeerRecord sealed;

  /**
   * What there is to tell.
   *
   * @param sequence gives growing numbers, such as the time in milliseconds
   */
  public LocalIdentity(
      PrivateKey key,
      String agentVersion,
      Supplier<List<Multiaddr>> addresses,
      Supplier<Set<ProtocolId>> protocols,
      LongSupplier sequence) {
    this.key = key;
    this.peer = PeerId.of(key.publicKey());
    this.agentVersion = agentVersion;
    this.addresses = addresses;
    this.protocols = protocols;
    this.sequence = sequence;
  }

  /** The message for one remote. */
  IdentifyMessage messageTo(Multiaddr remoteAddress) {
    List<Multiaddr> now = addresses.get();
    return new IdentifyMessage(
        key.publicKey(),
        now,
        // [spec identify/protocols]
        protocols.get(),
        remoteAddress,
        PROTOCOL_VERSION,
        agentVersion,
        recordBytes(now));
  }

  /** Null while there is nothing to tell; an empty record when all that was told is withdrawn. */
  private synchronized byte @Nullable [] recordBytes(List<Multiaddr> now) {
    return now.isEmpty() && sealed == null ? null : record(now).toBytes();
  }

  private SignedPeerRecord record(List<Multiaddr> now) {
    List<Multiaddr> bounded =
        now.size() > PeerRecord.MAX_ADDRESSES ? now.subList(0, PeerRecord.MAX_ADDRESSES) : now;
    SignedPeerRecord current = sealed;
    if (current == null || !current.record().addresses().equals(bounded)) {
      long next = sequence.getAsLong();
      if (current != null) {
        // [spec peer-record/sequence]
        next = Math.max(next, current.record().sequence() + 1);
      }
      current = SignedPeerRecord.seal(new PeerRecord(peer, next, bounded), key);
      sealed = current;
    }
    return current;
  }
}
