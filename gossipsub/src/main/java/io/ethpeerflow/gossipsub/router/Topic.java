package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A topic that we, or a peer, or a backoff have to do with. Lists and not sets: a mesh is small,
 * and subscribers are walked far more often than they change.
 */
final class Topic {
  final TopicId id;
  TopicParams params;

  /** Whether we are subscribed. */
  boolean joined;

  /** Peers that are subscribed, in the order in which they said so. */
  final List<Peer> subscribers = new ArrayList<>();

  /** Those of them that get every message without a mesh: direct peers, and floodsub's. */
  final List<Peer> always = new ArrayList<>();

  /** Empty unless joined. */
  final List<Peer> mesh = new ArrayList<>();

  /** To whom we publish without being subscribed; empty when joined. */
  final List<Peer> fanout = new ArrayList<>();

  long lastPublishedNanos;

  /** Until when a peer is not grafted, the oldest entry first. */
  private final Map<PeerId, Long> backoffs = new LinkedHashMap<>();

  Topic(TopicId id, TopicParams params) {
    this.id = id;
    this.params = params;
  }

  boolean isUnused() {
    return !joined && subscribers.isEmpty() && fanout.isEmpty() && backoffs.isEmpty();
  }

  /** Prolongs a backoff, never shortens it. */
  void backOff(PeerId peer, long untilNanos, int maxPeers) {
    Long before = backoffs.remove(peer);
    if (before != null && before - untilNanos > 0) {
      backoffs.put(peer, before);
      return;
    }
    if (before == null && backoffs.size() >= maxPeers) {
      Iterator<PeerId> oldest = backoffs.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    backoffs.put(peer, untilNanos);
  }

  /** How long a peer must not be grafted yet; 0 or less when it may be. */
  long backoffNanos(PeerId peer, long nowNanos) {
    Long untilNanos = backoffs.get(peer);
    return untilNanos == null ? 0 : untilNanos - nowNanos;
  }

  /** Whether there is a backoff, over or not, that has not been forgotten. */
  boolean hasBackoff(PeerId peer) {
    return backoffs.containsKey(peer);
  }

  /** Forgets backoffs that were over so long ago. */
  void forgetBackoffs(long nowNanos, long slackNanos) {
    backoffs.values().removeIf(untilNanos -> nowNanos - untilNanos >= slackNanos);
  }
}
