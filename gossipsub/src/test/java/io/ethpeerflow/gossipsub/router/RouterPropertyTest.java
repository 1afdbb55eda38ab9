package io.ethpeerflow.gossipsub.router;

import static io.ethpeerflow.gossipsub.router.RouterInvariants.NARROW;
import static io.ethpeerflow.gossipsub.router.RouterInvariants.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.PeerInfo;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Thousands of steps of peers that come, go and say what they like, and of users. After every
 * heartbeat the invariants hold, and whoever is in a mesh knows it: what a peer was told by GRAFT
 * and PRUNE, and said by them, gives the same meshes as the router has.
 */
class RouterPropertyTest {
  private static final int SEEDS = 12;
  private static final int STEPS = 4000;
  private static final int PEERS = 24;
  private static final int IDS = 120;

  private record Membership(PeerId peer, TopicId topic) {}

  private final Map<PeerId, Remote> present = new LinkedHashMap<>();
  private final Set<Membership> told = new HashSet<>();
  private final List<String> transcript = new ArrayList<>();
  private SeededRandom random;
  private RouterConfig config;
  private RouterFixture fixture;
  private int heartbeats;
  private int meshes;

  private void begin(long seed) {
    random = new SeededRandom(seed);
    config = NARROW.withFloodPublish(random.nextBoolean());
    fixture = new RouterFixture(config, seed);
    present.clear();
    told.clear();
    transcript.clear();
  }

  @Test
  void theInvariantsHoldWhateverHappens() {
    for (long seed = 0; seed < SEEDS; seed++) {
      run(seed, STEPS);
    }
    assertThat(heartbeats).isGreaterThan(SEEDS * STEPS / 20);
    assertThat(meshes).as("meshes are not empty all the time").isGreaterThan(heartbeats);
  }

  @Test
  void theSameSeedGivesTheSameOutputs() {
    run(77, STEPS);
    List<String> first = List.copyOf(transcript);
    run(77, STEPS);
    assertThat(transcript).hasSizeGreaterThan(STEPS).isEqualTo(first);
    run(78, STEPS);
    assertThat(transcript).isNotEqualTo(first);
  }

  private void run(long seed, int steps) {
    begin(seed);
    int step = 0;
    try {
      for (; step < steps; step++) {
        step();
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ", step " + step, e);
    }
  }

  private void step() {
    switch (random.nextInt(32)) {
      case 0, 1 -> connect();
      case 2 -> disconnect();
      case 3 -> join();
      case 4 -> leave();
      case 5, 6 -> publish();
      case 7, 8, 9 -> validate();
      case 10 -> score();
      case 11, 12, 13 -> heartbeat();
      default -> receive();
    }
  }

  private void connect() {
    PeerId id = RouterFixture.peerId(random.nextInt(PEERS));
    if (!present.containsKey(id)) {
      PubsubVersion version = random.pick(PubsubVersion.values());
      present.put(id, fixture.peer(id, version, random.nextBoolean()));
    }
  }

  private void disconnect() {
    if (!present.isEmpty()) {
      Remote remote = remote();
      fixture.remove(remote);
      present.remove(remote.id);
      told.removeIf(membership -> membership.peer.equals(remote.id));
    }
  }

  private void join() {
    fixture.join(random.pick(TOPICS));
  }

  private void leave() {
    if (random.nextBoolean()) {
      fixture.leave(random.pick(TOPICS));
    }
  }

  private void publish() {
    fixture.router.publish(
        id(), RouterFixture.message(random.pick(TOPICS), random.nextInt(IDS), 200), fixture.now);
  }

  private void validate() {
    fixture.verdict = random.oneIn(3) ? random.pick(Verdict.values()) : null;
    if (!fixture.asked.isEmpty()) {
      MessageId open = fixture.asked.remove(random.nextInt(fixture.asked.size()));
      fixture.router.validated(open, random.pick(Verdict.values()), fixture.now);
    }
  }

  private void score() {
    double score = random.oneIn(4) ? random.pick(-100, -60, -20, -1) : random.pick(0, 1, 5, 20);
    fixture.scores.put(RouterFixture.peerId(random.nextInt(PEERS)), score);
  }

  private Remote remote() {
    return random.pick(List.copyOf(present.values()));
  }

  private MessageId id() {
    return RouterFixture.id(random.nextInt(IDS));
  }

  private MessageIds ids() {
    List<MessageId> ids = new ArrayList<>();
    for (int left = random.nextInt(8); left >= 0; left--) {
      ids.add(id());
    }
    return MessageIds.of(ids);
  }

  private Message message() {
    TopicId topic = random.pick(TOPICS);
    return switch (random.nextInt(12)) {
      case 0 -> Message.unsigned(topic, new byte[0]);
      case 1 -> RouterFixture.message(topic, random.nextInt(IDS), 501);
      case 2 -> Message.of(null, id().toBytes(), null, topic, null, new byte[] {1});
      case 3 -> RouterFixture.messageBy(RouterFixture.SELF, random.nextInt(IDS));
      default -> RouterFixture.message(topic, random.nextInt(IDS), random.pick(4, 99, 100, 500));
    };
  }

  private void receive() {
    if (present.isEmpty()) {
      return;
    }
    hear();
    Remote remote = remote();
    remote.dropped = random.nextInt(12);
    var rpc = new Rpc.Builder();
    boolean heard =
        remote.id.equals(RouterInvariants.DIRECT)
            || fixture.router.score(remote.id) >= config.thresholds().graylist();
    if (random.nextBoolean()) {
      TopicId topic = random.pick(TOPICS);
      if (random.oneIn(4)) {
        rpc.subscription(Subscription.end(topic));
        told.remove(new Membership(remote.id, topic));
      } else {
        rpc.subscription(Subscription.to(topic));
      }
    }
    for (int left = random.nextInt(4); left > 0; left--) {
      rpc.publish(message());
    }
    if (random.oneIn(3)) {
      rpc.ihave(new IHave(random.pick(TOPICS), ids()));
    }
    if (random.oneIn(3)) {
      rpc.iwant(ids());
    }
    if (random.oneIn(4)) {
      rpc.idontwant(ids());
    }
    if (random.oneIn(20)) {
      rpc.extensions(new Extensions(random.nextBoolean(), random.nextBoolean()));
    }
    if (random.oneIn(3)) {
      TopicId topic = random.pick(TOPICS);
      rpc.graft(topic);
      boolean joined = fixture.router.joined().contains(topic);
      boolean meshes = fixture.router.version(remote.id) != PubsubVersion.FLOODSUB;
      if (heard && joined && meshes) {
        told.add(new Membership(remote.id, topic));
      }
    }
    TopicId pruned = random.oneIn(6) ? random.pick(TOPICS) : null;
    if (pruned != null) {
      var other = new PeerInfo(RouterFixture.peerId(random.nextInt(PEERS)).toBytes(), null);
      rpc.prune(new Prune(pruned, List.of(other, other, other), random.nextInt(-1, 30)));
    }
    remote.says(rpc);
    hear();
    if (pruned != null && heard) {
      told.remove(new Membership(remote.id, pruned));
    }
  }

  /** Takes what all peers were told. */
  private void hear() {
    for (Remote remote : present.values()) {
      remote.calls.forEach(call -> transcript.add(remote.id + " " + call));
      for (String call : remote.calls) {
        for (TopicId topic : TOPICS) {
          if (call.equals("graft " + topic)) {
            told.add(new Membership(remote.id, topic));
          } else if (call.startsWith("prune " + topic + " ")) {
            told.remove(new Membership(remote.id, topic));
          }
        }
      }
      remote.calls.clear();
    }
  }

  private void heartbeat() {
    hear();
    fixture.advance(Duration.ofMillis(random.nextInt(200, 1500)));
    fixture.router.heartbeat(fixture.now);
    hear();
    heartbeats++;
    RouterInvariants.check(fixture, config, present.values());
    Set<Membership> actual = new HashSet<>();
    for (TopicId topic : TOPICS) {
      fixture.router.mesh(topic).forEach(peer -> actual.add(new Membership(peer, topic)));
    }
    meshes += actual.size();
    assertThat(actual).isEqualTo(told);
    present.values().forEach(Remote::clear);
    fixture.asked.subList(0, Math.max(0, fixture.asked.size() - 10)).clear();
  }
}
