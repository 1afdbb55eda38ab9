package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way of a message: in, through validation, and out to those who lack it. */
final class Propagation {
  private static final int MAX_BRINGERS = 64;

  /** A message that is being validated, and who needs no copy of it. */
  private record Validating(Message message, Peer via, List<Peer> bringers) {}

  private final RouterState state;
  private final Gossip gossip;
  private final Map<MessageId, Validating> validating = new HashMap<>();

  Propagation(RouterState state, Gossip gossip) {
    this.state = state;
    this.gossip = gossip;
  }

  void receive(Peer peer, Message message, long nowNanos) {
    Topic topic = state.joined(message.topic());
    if (topic == null) {
      drop(null, message, peer, Drop.NOT_SUBSCRIBED);
      return;
    }
    if (!state.effects.isWellFormed(message)) {
      state.scores.invalid(peer.id, topic.id);
      drop(null, message, peer, Drop.MALFORMED);
      return;
    }
    MessageId id = state.effects.idOf(message);
    if (id == null) {
      drop(null, message, peer, Drop.NO_ID);
      return;
    }
    if (state.seen.contains(id, nowNanos)) {
      duplicate(peer, id, message, nowNanos);
      return;
    }
    if (message.dataBytes() > topic.params.maxMessageBytes()) {
      drop(id, message, peer, Drop.TOO_LONG);
      return;
    }
    if (Arrays.equals(message.from(), state.selfBytes)) {
      // [spec pubsub/own] what we published is seen already: this is somebody else's
      state.scores.invalid(peer.id, topic.id);
      drop(id, message, peer, Drop.OWN);
      return;
    }
    state.promises.kept(id);
    if (validating.size() >= state.config.bounds().maxValidating()) {
      drop(id, message, peer, Drop.BUSY);
      return;
    }
    state.seen.add(id, nowNanos);
    state.scores.received(id, topic.id, peer.id, nowNanos);
    validating.put(id, new Validating(message, peer, new ArrayList<>(4)));
    gossip.announce(topic, id, message, peer);
    state.effects.validate(id, message, peer.id);
  }

  private void duplicate(Peer peer, MessageId id, Message message, long nowNanos) {
    state.scores.duplicate(id, peer.id, nowNanos);
    Validating pending = validating.get(id);
    if (pending != null
        && pending.bringers.size() < MAX_BRINGERS
        && !pending.bringers.contains(peer)) {
      pending.bringers.add(peer);
    }
    peer.output.cancel(id);
    state.observer.duplicate(id, message, peer.id);
  }

  private void drop(@Nullable MessageId id, Message message, Peer peer, Drop why) {
    state.observer.dropped(id, message, peer.id, why);
  }

  // [spec gossipsub-1.1/validators]
  void validated(MessageId id, Verdict verdict, long nowNanos) {
    Validating pending = validating.remove(id);
    if (pending == null) {
      return;
    }
    Message message = pending.message;
    switch (verdict) {
      case ACCEPT -> {
        state.scores.accepted(id, nowNanos);
        Topic topic = state.joined(message.topic());
        if (topic == null) {
          drop(id, message, pending.via, Drop.NOT_SUBSCRIBED);
          return;
        }
        state.cache.put(id, message);
        forward(topic, id, pending);
        state.observer.delivered(id, message, pending.via.id);
        state.effects.deliver(id, message, pending.via.id);
      }
      case REJECT -> {
        state.scores.rejected(id);
        drop(id, message, pending.via, Drop.REJECTED);
      }
      case IGNORE -> {
        state.scores.ignored(id);
        drop(id, message, pending.via, Drop.IGNORED);
      }
    }
  }

  // [spec gossipsub-1.0/forward]
  private void forward(Topic topic, MessageId id, Validating pending) {
    byte[] author = pending.message.from();
    for (int i = 0; i < topic.mesh.size(); i++) {
      Peer peer = topic.mesh.get(i);
      if (lacks(peer, id, pending, author)) {
        peer.output.forward(id, pending.message);
      }
    }
    // [spec gossipsub-1.1/explicit-peers]
    for (int i = 0; i < topic.always.size(); i++) {
      Peer peer = topic.always.get(i);
      if (lacks(peer, id, pending, author)
          && state.isAtLeast(peer, state.config.thresholds().publish())) {
        peer.output.forward(id, pending.message);
      }
    }
  }

  private static boolean lacks(
      Peer peer, MessageId id, Validating pending, byte @Nullable [] author) {
    return peer != pending.via
        && !pending.bringers.contains(peer)
        && !Arrays.equals(peer.idBytes, author)
        && peer.wants(id);
  }

  // [spec gossipsub-1.0/publish]
  Publication publish(MessageId id, Message message, long nowNanos) {
    if (!state.seen.add(id, nowNanos)) {
      return new Publication(id, true, 0, 0);
    }
    state.cache.put(id, message);
    TopicId topicId = message.topic();
    Topic topic = state.topic(topicId);
    int sent = 0;
    int refused = 0;
    for (Peer peer : recipients(topic)) {
      if (peer.output.publish(id, message)) {
        sent++;
      } else {
        refused++;
      }
    }
    state.observer.published(id, message);
    gossip.announce(topic, id, message, null);
    if (topic.joined) {
      state.effects.deliver(id, message, state.self);
    } else {
      topic.lastPublishedNanos = nowNanos;
      state.forgetIfUnused(topic);
    }
    return new Publication(id, false, sent, refused);
  }

  private List<Peer> recipients(Topic topic) {
    // [spec gossipsub-1.1/publish-threshold]
    double threshold = state.config.thresholds().publish();
    List<Peer> recipients = new ArrayList<>();
    // [spec gossipsub-1.1/flood-publish]
    if (state.config.floodPublish()) {
      for (Peer peer : topic.subscribers) {
        if (state.isAtLeast(peer, threshold)) {
          recipients.add(peer);
        }
      }
      return recipients;
    }
    for (Peer peer : topic.always) {
      if (state.isAtLeast(peer, threshold)) {
        recipients.add(peer);
      }
    }
    List<Peer> own = topic.joined ? topic.mesh : topic.fanout;
    recipients.addAll(own);
    List<Peer> more =
        state.choice.of(
            topic.subscribers,
            topic.params.mesh().d() - own.size(),
            peer ->
                !recipients.contains(peer)
                    && peer.version.hasMesh()
                    && state.score(peer) >= threshold);
    recipients.addAll(more);
    if (!topic.joined) {
      topic.fanout.addAll(more);
    }
    return recipients;
  }

  /** Fills a fanout up, or ends it when nothing was published for long enough. */
  // [spec gossipsub-1.0/fanout-maintenance]
  void maintainFanout(Topic topic, long nowNanos) {
    if (nowNanos - topic.lastPublishedNanos >= state.config.timing().fanout().toNanos()) {
      topic.fanout.clear();
      return;
    }
    double threshold = state.config.thresholds().publish();
    topic.fanout.removeIf(peer -> peer.score < threshold);
    topic.fanout.addAll(
        state.choice.of(
            topic.subscribers,
            topic.params.mesh().d() - topic.fanout.size(),
            peer ->
                peer.version.hasMesh()
                    && !peer.direct
                    && peer.score >= threshold
                    && !topic.fanout.contains(peer)));
  }

  int validating() {
    return validating.size();
  }
}
