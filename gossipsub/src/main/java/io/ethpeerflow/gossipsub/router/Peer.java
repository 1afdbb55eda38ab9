package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connected peer. */
final class Peer {
  final PeerId id;
  final byte[] idBytes;
  final PubsubVersion version;

  /** Whether we dialed it: dialing in is what an attacker can do. */
  final boolean outbound;

  /** Never in a mesh, never judged. */
  final boolean direct;

  final PeerOutput output;
  final Map<TopicId, Topic> subscriptions = new LinkedHashMap<>();

  /** As of the last heartbeat; anything else asks for it afresh. */
  double score;

  private boolean hasSpoken;
  @Nullable Extensions extensions;

  // since the last heartbeat
  int ihaves;
  int asked;
  int idontwantIds;

  /**
   * Messages that it does not want, with the heartbeat at which that is forgotten, the next first.
   */
  private final LinkedHashMap<MessageId, Long> unwanted = new LinkedHashMap<>();

  Peer(PeerId id, PubsubVersion version, boolean outbound, boolean direct, PeerOutput output) {
    this.id = id;
    this.idBytes = id.toBytes();
    this.version = version;
    this.outbound = outbound;
    this.direct = direct;
    this.output = output;
  }

  /** Whether this is its first RPC. */
  boolean speaksFirst() {
    boolean first = !hasSpoken;
    hasSpoken = true;
    return first;
  }

  void doesNotWant(MessageId message, long untilHeartbeat) {
    unwanted.putLast(message, untilHeartbeat);
    output.cancel(message);
  }

  boolean wants(MessageId message) {
    return unwanted.isEmpty() || !unwanted.containsKey(message);
  }

  void heartbeat(long number) {
    ihaves = 0;
    asked = 0;
    idontwantIds = 0;
    var oldestFirst = unwanted.values().iterator();
    while (oldestFirst.hasNext() && oldestFirst.next() <= number) {
      oldestFirst.remove();
    }
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
