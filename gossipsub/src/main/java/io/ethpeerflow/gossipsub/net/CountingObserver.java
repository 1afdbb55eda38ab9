package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.metrics.Metrics.Counter;
import io.ethpeerflow.gossipsub.router.Breach;
import io.ethpeerflow.gossipsub.router.Drop;
import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.router.RouterObserver;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts, and tells another observer. */
final class CountingObserver implements RouterObserver {
  private final RouterObserver next;
  private final Counter published;
  private final Counter delivered;
  private final Counter duplicates;
  private final Counter graylisted;
  private final Counter grafts;
  private final Counter prunes;
  private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);
  private final Map<Breach, Counter> breaches = new EnumMap<>(Breach.class);

  CountingObserver(Metrics metrics, RouterObserver next) {
    this.next = next;
    published = metrics.counter("peerflow.pubsub.published");
    delivered = metrics.counter("peerflow.pubsub.delivered");
    duplicates = metrics.counter("peerflow.pubsub.duplicates");
    graylisted = metrics.counter("peerflow.pubsub.rpcs.graylisted");
    grafts = metrics.counter("peerflow.pubsub.grafts");
    prunes = metrics.counter("peerflow.pubsub.prunes");
    for (Drop why : Drop.values()) {
      drops.put(why, metrics.counter("peerflow.pubsub.dropped", "why", tag(why)));
    }
    for (Breach what : Breach.values()) {
      breaches.put(what, metrics.counter("peerflow.pubsub.breaches", "what", tag(what)));
    }
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void peerAdded(PeerId peer, PubsubVersion version) {
    next.peerAdded(peer, version);
  }

  @Override
  public void peerRemoved(PeerId peer) {
    next.peerRemoved(peer);
  }

  @Override
  public void joined(TopicId topic) {
    next.joined(topic);
  }

  @Override
  public void left(TopicId topic) {
    next.left(topic);
  }

  @Override
  public void grafted(PeerId peer, TopicId topic) {
    grafts.increment();
    next.grafted(peer, topic);
  }

  @Override
  public void pruned(PeerId peer, TopicId topic) {
    prunes.increment();
    next.pruned(peer, topic);
  }

  @Override
  public void published(MessageId id, Message message) {
    published.increment();
    next.published(id, message);
  }

  @Override
  public void delivered(MessageId id, Message message, PeerId via) {
    delivered.increment();
    next.delivered(id, message, via);
  }

  @Override
  public void duplicate(MessageId id, Message message, PeerId via) {
    duplicates.increment();
    next.duplicate(id, message, via);
  }

  @Override
  public void dropped(@Nullable MessageId id, Message message, PeerId via, Drop why) {
    count(drops.get(why), 1);
    next.dropped(id, message, via, why);
  }

  @Override
  public void graylisted(PeerId peer) {
    graylisted.increment();
    next.graylisted(peer);
  }

  @Override
  public void breached(PeerId peer, Breach breach, int times) {
    count(breaches.get(breach), times);
    next.breached(peer, breach, times);
  }

  private static void count(@Nullable Counter counter, int times) {
    if (counter != null) {
      counter.add(times);
    }
  }
}
