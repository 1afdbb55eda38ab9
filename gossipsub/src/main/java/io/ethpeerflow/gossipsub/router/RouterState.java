package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.cache.MessageCache;
import io.ethpeerflow.gossipsub.cache.SeenCache;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.PeerScores;
import io.ethpeerflow.gossipsub.score.ScoreParams;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the parts of a router share. Maps are linked: the same input gives the same output. */
final class RouterState {
  final RouterConfig config;
  final PeerId self;
  final byte[] selfBytes;
  final RouterEffects effects;
  final RouterObserver observer;
  final Choice choice;
  final PeerScores scores;
  final SeenCache seen;
  final MessageCache cache;
  final Promises promises;
  final Map<PeerId, Peer> peers = new LinkedHashMap<>();
  final Map<TopicId, Topic> topics = new LinkedHashMap<>();
  private final TopicParams defaultTopic;
  private final boolean scoring;

  /** The number of the last heartbeat. */
  long heartbeat;

  RouterState(
      RouterConfig config,
      PeerId self,
      RandomGenerator random,
      ToDoubleFunction<PeerId> application,
      RouterEffects effects) {
    this.config = config;
    this.self = self;
    this.selfBytes = self.toBytes();
    this.effects = effects;
    this.observer = effects.observer();
    this.choice = new Choice(random);
    this.scores = new PeerScores(config.scores(), application);
    this.scoring = !config.scores().equals(ScoreParams.OFF);
    this.seen =
        new SeenCache(
            config.timing().seen().toNanos(),
            config.bounds().maxSeenIds(),
            random.nextLong(),
            random.nextLong());
    this.cache = new MessageCache(config.cache());
    this.promises = new Promises(config.gossip().maxPromises());
    this.defaultTopic = new TopicParams(config.mesh(), config.bounds().maxMessageBytes());
  }

  double score(Peer peer) {
    return scoring ? scores.score(peer.id) : 0;
  }

  boolean isAtLeast(Peer peer, double threshold) {
    return peer.direct || score(peer) >= threshold;
  }

  Topic topic(TopicId id) {
    return topics.computeIfAbsent(id, i -> new Topic(i, defaultTopic));
  }

  @Nullable Topic joined(TopicId id) {
    Topic topic = topics.get(id);
    return topic != null && topic.joined ? topic : null;
  }

  void forgetIfUnused(Topic topic) {
    if (topic.isUnused()) {
      topics.remove(topic.id);
    }
  }

  void resetParams(Topic topic) {
    topic.params = defaultTopic;
  }

  void breached(Peer peer, Breach breach, int times) {
    breached(peer.id, breach, times);
  }

  void breached(PeerId peer, Breach breach, int times) {
    scores.breached(peer, times);
    observer.breached(peer, breach, times);
  }
}
