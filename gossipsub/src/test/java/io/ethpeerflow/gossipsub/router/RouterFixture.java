package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.ScoreParams;
import io.ethpeerflow.gossipsub.score.ScoreThresholds;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A router with its time, chance, peers and application in the hands of a test. Ids are the first
 * four bytes of the payload, a message without payload has none, and one with a key is malformed.
 * Scores are what {@link #scores} says, less the square of the breaches; the clock begins just
 * before it overflows.
 */
final class RouterFixture implements RouterEffects, RouterObserver {
  static final TopicId T = TopicId.of("t");
  static final TopicId U = TopicId.of("u");
  static final PeerId SELF = peerId(1 << 20);

  /** Scores by the application, and by breaches. */
  static final RouterConfig SCORED =
      RouterConfig.DEFAULT.withScores(
          ScoreParams.OFF
              .withApplicationWeight(1)
              .withBehaviour(new ScoreParams.Behaviour(-1, 0.999, 0)),
          new ScoreThresholds(-10, -50, -80, 10, 1));

  record Dropped(Drop why, PeerId via) {}

  record Breached(PeerId peer, Breach breach, int times) {}

  record Connect(PeerId peer, byte @Nullable [] record) {}

  final Router router;
  final Map<PeerId, Double> scores = new HashMap<>();
  final List<Remote> remotes = new ArrayList<>();
  final List<Dropped> drops = new ArrayList<>();
  final List<Breached> breaches = new ArrayList<>();
  final List<PeerId> graylisted = new ArrayList<>();
  final List<Connect> connects = new ArrayList<>();
  final List<MessageId> delivered = new ArrayList<>();
  final List<MessageId> duplicates = new ArrayList<>();

  /** In validation, or asked about at all when there is a verdict. */
  final List<MessageId> asked = new ArrayList<>();

  /** What validation says at once; null for nothing. */
  @Nullable Verdict verdict = Verdict.ACCEPT;

  long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

  RouterFixture(RouterConfig config) {
    this(config, 1);
  }

  RouterFixture(RouterConfig config, long seed) {
    router =
        new Router(
            config, SELF, new SeededRandom(seed), peer -> scores.getOrDefault(peer, 0.0), this);
  }

  static PeerId peerId(int number) {
    try {
      return PeerId.decode(ByteBuffer.allocate(6).putShort((short) 4).putInt(number).array());
    } catch (WireFormatException e) {
      throw new AssertionError(e);
    }
  }

  static MessageId id(int number) {
    return MessageId.of(ByteBuffer.allocate(4).putInt(number).array());
  }

  /** A short message. */
  static Message message(int number) {
    return message(T, number, 10);
  }

  static Message message(TopicId topic, int number, int dataBytes) {
    return Message.unsigned(topic, Arrays.copyOf(id(number).toBytes(), dataBytes));
  }

  static Message messageBy(PeerId author, int number) {
    return Message.of(author.toBytes(), id(number).toBytes(), null, T, null, null);
  }

  /** A peer that dialed us. */
  Remote peer(PubsubVersion version) {
    return peer(version, false);
  }

  Remote peer(PubsubVersion version, boolean outbound) {
    return peer(peerId(remotes.size()), version, outbound);
  }

  Remote peer(PeerId id, PubsubVersion version, boolean outbound) {
    var remote = new Remote(this, id);
    remotes.add(remote);
    router.addPeer(id, version, outbound, remote, now);
    return remote;
  }

  /** A peer of 1.2 that dialed us and is subscribed to {@link #T}. */
  Remote subscriber() {
    return peer(PubsubVersion.GOSSIPSUB_1_2).subscribes(T);
  }

  /** A peer of 1.2 that we dialed and that is subscribed to {@link #T}. */
  Remote outboundSubscriber() {
    return peer(PubsubVersion.GOSSIPSUB_1_2, true).subscribes(T);
  }

  List<Remote> subscribers(int count) {
    List<Remote> fresh = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fresh.add(subscriber());
    }
    return fresh;
  }

  void join(TopicId topic) {
    router.join(topic, null, now);
  }

  void leave(TopicId topic) {
    router.leave(topic, now);
  }

  void remove(Remote remote) {
    router.removePeer(remote.id, now);
  }

  Publication publish(int number) {
    return publish(message(number));
  }

  Publication publish(Message message) {
    MessageId id = idOf(message);
    if (id == null) {
      throw new AssertionError("a message without an id");
    }
    return router.publish(id, message, now);
  }

  void validated(int number, Verdict says) {
    router.validated(id(number), says, now);
  }

  void score(Remote remote, double score) {
    scores.put(remote.id, score);
  }

  void heartbeat() {
    heartbeats(1);
  }

  void heartbeats(int count) {
    for (int i = 0; i < count; i++) {
      advance(Duration.ofSeconds(1));
      router.heartbeat(now);
    }
  }

  void advance(Duration time) {
    now += time.toNanos();
  }

  List<Remote> mesh(TopicId topic) {
    List<PeerId> mesh = router.mesh(topic);
    return remotes.stream().filter(remote -> mesh.contains(remote.id)).toList();
  }

  List<Remote> notIn(List<Remote> some) {
    return remotes.stream().filter(remote -> !some.contains(remote)).toList();
  }

  void clear() {
    remotes.forEach(Remote::clear);
  }

  @Override
  public void validate(MessageId id, Message message, PeerId via) {
    asked.add(id);
    if (verdict != null) {
      router.validated(id, verdict, now);
    }
  }

  @Override
  public void deliver(MessageId id, Message message, PeerId via) {
    delivered.add(id);
  }

  @Override
  public void connect(byte[] peerId, byte @Nullable [] signedPeerRecord) {
    try {
      connects.add(new Connect(PeerId.decode(peerId), signedPeerRecord));
    } catch (WireFormatException notAnId) {
      connects.add(new Connect(SELF, null));
    }
  }

  @Override
  public byte[] signedPeerRecord(PeerId peer) {
    return peer.toBytes();
  }

  @Override
  public @Nullable MessageId idOf(Message message) {
    byte[] data = message.data();
    return data.length == 0 ? null : MessageId.of(data, 0, Math.min(4, data.length));
  }

  @Override
  public boolean isWellFormed(Message message) {
    return !message.hasKey();
  }

  @Override
  public RouterObserver observer() {
    return this;
  }

  @Override
  public void subscriptionChanged(PeerId peer, TopicId topic, boolean subscribed) {}

  @Override
  public void duplicate(MessageId id, Message message, PeerId via) {
    duplicates.add(id);
  }

  @Override
  public void dropped(@Nullable MessageId id, Message message, PeerId via, Drop why) {
    drops.add(new Dropped(why, via));
  }

  @Override
  public void graylisted(PeerId peer) {
    graylisted.add(peer);
  }

  @Override
  public void breached(PeerId peer, Breach breach, int times) {
    breaches.add(new Breached(peer, breach, times));
  }
}
