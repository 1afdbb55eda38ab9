package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Messages that peers said they have and were asked for: of each IWANT one, chosen at random, so
 * that a peer that withholds some is found out in the long run and the cost of it is small.
 */
final class Promises {
  private record Promise(MessageId id, PeerId peer, long dueNanos) {}

  private final int maxPromises;
  private final Map<MessageId, Map<PeerId, Promise>> open = new HashMap<>();
  // in the order in which they fall due; those that were kept stay until then
  private final ArrayDeque<Promise> due = new ArrayDeque<>();

  Promises(int maxPromises) {
    this.maxPromises = maxPromises;
  }

  /** A peer is asked for a message; one that was asked before keeps its time. */
  void add(MessageId id, PeerId peer, long dueNanos) {
    if (due.size() >= maxPromises) {
      return;
    }
    var promise = new Promise(id, peer, dueNanos);
    if (open.computeIfAbsent(id, i -> new HashMap<>(2)).putIfAbsent(peer, promise) == null) {
      due.add(promise);
    }
  }

  /** A message has come, from whomever. */
  void kept(MessageId id) {
    open.remove(id);
  }

  /** A peer left. */
  void forget(PeerId peer) {
    open.values().removeIf(byPeer -> byPeer.remove(peer) != null && byPeer.isEmpty());
  }

  /** Takes what fell due and was not kept, with how many for each peer. */
  void takeBroken(long nowNanos, ObjIntConsumer<PeerId> broken) {
    Map<PeerId, Integer> counts = new LinkedHashMap<>();
    for (Promise next = due.peek();
        next != null && nowNanos - next.dueNanos >= 0;
        next = due.peek()) {
      due.remove();
      Map<PeerId, Promise> byPeer = open.get(next.id);
      if (byPeer != null && byPeer.remove(next.peer, next)) {
        counts.merge(next.peer, 1, Integer::sum);
        if (byPeer.isEmpty()) {
          open.remove(next.id);
        }
      }
    }
    counts.forEach(broken::accept);
  }

  int size() {
    return due.size();
  }
}
