package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ids of messages, told, asked for and refused: IHAVE, IWANT and IDONTWANT. */
final class Gossip {
  private final RouterState state;
  private final GossipParams params;

  Gossip(RouterState state) {
    this.state = state;
    this.params = state.config.gossip();
  }

  // [spec gossipsub-1.0/ihave]
  void onIhave(Peer peer, List<IHave> ihaves, long nowNanos) {
    // [spec gossipsub-1.1/gossip-threshold]
    if (ihaves.isEmpty() || !state.isAtLeast(peer, state.config.thresholds().gossip())) {
      return;
    }
    // [spec gossipsub-1.1/ihave-spam] per RPC: one with an entry for each of many topics is honest
    if (peer.ihaves++ >= params.maxIhaves()) {
      return;
    }
    Set<MessageId> missing = new HashSet<>();
    List<MessageId> wanted = new ArrayList<>();
    for (IHave ihave : ihaves) {
      if (state.joined(ihave.topic()) != null) {
        MessageIds ids = ihave.ids();
        int looked = Math.min(ids.count(), params.maxIhaveIds());
        for (int i = 0; i < looked && wanted.size() < params.maxIhaveIds(); i++) {
          if (!state.seen.contains(ids.array(), ids.from(i), ids.to(i), nowNanos)) {
            MessageId id = ids.get(i);
            if (missing.add(id)) {
              wanted.add(id);
            }
          }
        }
      }
    }
    ask(peer, wanted, nowNanos);
  }

  private void ask(Peer peer, List<MessageId> wanted, long nowNanos) {
    int count = Math.min(wanted.size(), params.maxIhaveIds() - peer.asked);
    if (count <= 0) {
      return;
    }
    peer.asked += count;
    // at random, so that what one peer withholds is asked of another
    state.choice.shuffle(wanted);
    List<MessageId> asked = wanted.subList(0, count);
    // [spec gossipsub-1.1/broken-promises]
    state.promises.add(
        asked.get(state.choice.below(count)), peer.id, nowNanos + params.followUp().toNanos());
    peer.output.iwant(MessageIds.of(asked));
  }

  // [spec gossipsub-1.0/iwant]
  void onIwant(Peer peer, List<MessageIds> iwants) {
    if (iwants.isEmpty() || !state.isAtLeast(peer, state.config.thresholds().gossip())) {
      return;
    }
    for (MessageIds ids : iwants) {
      for (int i = 0; i < ids.count(); i++) {
        MessageId id = ids.get(i);
        Message message = state.cache.transmit(id, peer.id);
        if (message != null && peer.wants(id)) {
          peer.output.answer(id, message);
        }
      }
    }
  }

  // [spec gossipsub-1.2/idontwant-received]
  void onIdontwant(Peer peer, List<MessageIds> idontwants) {
    for (MessageIds ids : idontwants) {
      for (int i = 0; i < ids.count(); i++) {
        // [spec gossipsub-1.2/idontwant-bound]
        if (peer.idontwantIds++ >= params.maxIdontwantIds()) {
          return;
        }
        peer.doesNotWant(ids.get(i), state.heartbeat + params.idontwantHeartbeats());
      }
    }
  }

  /** Tells the mesh that a message need not be sent to us any more. */
  // [spec gossipsub-1.2/idontwant-sent]
  void announce(Topic topic, MessageId id, Message message, @Nullable Peer except) {
    if (message.dataBytes() < params.idontwantBytes()) {
      return;
    }
    for (int i = 0; i < topic.mesh.size(); i++) {
      Peer peer = topic.mesh.get(i);
      if (peer != except && peer.version.hasIdontwant()) {
        peer.output.idontwant(id);
      }
    }
  }

  /** Tells peers that the messages do not reach by themselves which ones there were. */
  // [spec gossipsub-1.0/gossip-emission]
  void emit(Topic topic, List<Peer> reached) {
    MessageIds ids = state.cache.gossip(topic.id);
    if (ids.isEmpty()) {
      return;
    }
    double threshold = state.config.thresholds().gossip();
    List<Peer> candidates =
        state.choice.of(
            topic.subscribers,
            Integer.MAX_VALUE,
            peer ->
                peer.version.hasMesh()
                    && !peer.direct
                    && peer.score >= threshold
                    && !reached.contains(peer));
    MeshParams mesh = topic.params.mesh();
    // [spec gossipsub-1.1/adaptive-gossip]
    int count =
        Math.min(
            candidates.size(),
            Math.max(mesh.dLazy(), (int) (mesh.gossipFactor() * candidates.size())));
    for (Peer peer : candidates.subList(0, count)) {
      peer.output.ihave(new IHave(topic.id, some(ids)));
    }
  }

  /** All of them, or as many as may be told at once, to each peer others. */
  private MessageIds some(MessageIds ids) {
    if (ids.count() <= params.maxIhaveIds()) {
      return ids;
    }
    List<MessageId> list = ids.toList();
    state.choice.shuffle(list);
    return MessageIds.of(list.subList(0, params.maxIhaveIds()));
  }
}
