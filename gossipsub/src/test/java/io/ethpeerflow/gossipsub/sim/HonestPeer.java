package io.ethpeerflow.gossipsub.sim;

import io.ethpeerflow.gossipsub.queue.QueueConfig;
import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.router.Router;
import io.ethpeerflow.gossipsub.router.RouterConfig;
import io.ethpeerflow.gossipsub.router.RouterEffects;
import io.ethpeerflow.gossipsub.router.RouterObserver;
import io.ethpeerflow.gossipsub.router.Verdict;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A router in a simulated network: validation takes no time, and bad messages say so themselves.
 */
final class HonestPeer implements Participant, RouterEffects {
  private final GossipWorld world;
  private final PeerId id;
  private final SimNode node;
  private final VirtualLoop loop;
  private final Router router;
  private final RouterConfig config;
  private final PubsubVersion version;
  private final long joinedNanos;
  private final Map<PeerId, SimLink> links = new LinkedHashMap<>();
  private final List<SimLink> dialing = new ArrayList<>();
  private long sentByEndedLinks;
  private boolean gone;

  HonestPeer(
      GossipWorld world,
      PeerId id,
      SimNode node,
      RouterConfig config,
      PubsubVersion version,
      RandomGenerator random) {
    this.world = world;
    this.id = id;
    this.node = node;
    this.config = config;
    this.version = version;
    this.loop = new VirtualLoop(world.clock(), node.name());
    this.router = new Router(config, id, random, peer -> 0, this);
    this.joinedNanos = loop.nanoTime();
    long heartbeatNanos = config.timing().heartbeat().toNanos();
    beatAfter(random.nextLong(heartbeatNanos));
  }

  private void beatAfter(long delayNanos) {
    loop.schedule(
        delayNanos,
        () -> {
          if (!gone) {
            router.heartbeat(loop.nanoTime());
            world.heartbeat(this);
            beatAfter(config.timing().heartbeat().toNanos());
          }
        });
  }

  void join(TopicId topic) {
    loop.execute(() -> router.join(topic, null, loop.nanoTime()));
  }

  void publish(MessageId message, Message content) {
    loop.execute(() -> router.publish(message, content, loop.nanoTime()));
  }

  void dial(Participant other) {
    loop.execute(
        () -> {
          if (gone || links.containsKey(other.id())) {
            return;
          }
          var link = new SimLink(this, true);
          dialing.add(link);
          node.connect(loop, world.addressOf(other), link);
        });
  }

  /** Leaves as a machine does that is switched off. */
  void crash() {
    gone = true;
    node.crash();
    links.values().forEach(link -> sentByEndedLinks += link.sentBytes());
    links.clear();
  }

  boolean isGone() {
    return gone;
  }

  long joinedNanos() {
    return joinedNanos;
  }

  Router router() {
    return router;
  }

  int degree() {
    return links.size();
  }

  long sentBytes() {
    return sentByEndedLinks + links.values().stream().mapToLong(SimLink::sentBytes).sum();
  }

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public SimNode node() {
    return node;
  }

  @Override
  public VirtualLoop loop() {
    return loop;
  }

  @Override
  public QueueConfig queueConfig() {
    return QueueConfig.DEFAULT;
  }

  @Override
  public void onPeer(SimLink link) {
    dialing.remove(link);
    if (gone || links.containsKey(link.remote())) {
      link.close();
      return;
    }
    links.put(link.remote(), link);
    router.addPeer(link.remote(), version, link.isOutbound(), link, loop.nanoTime());
    router.addresses(link.remote(), List.of(link.socket().remoteAddress().getAddress()));
  }

  @Override
  public void onRpc(SimLink link, Rpc rpc) {
    if (!gone && link.equals(links.get(link.remote()))) {
      router.receive(link.remote(), rpc, loop.nanoTime());
    }
  }

  @Override
  public void onGone(SimLink link) {
    if (links.remove(link.remote(), link)) {
      sentByEndedLinks += link.sentBytes();
      router.removePeer(link.remote(), loop.nanoTime());
      world.lost(this);
    }
  }

  @Override
  public void validate(MessageId message, Message content, PeerId via) {
    router.validated(
        message, world.isValid(content) ? Verdict.ACCEPT : Verdict.REJECT, loop.nanoTime());
  }

  @Override
  public void deliver(MessageId message, Message content, PeerId via) {
    world.delivered(this, message, loop.nanoTime());
  }

  @Override
  public void connect(byte[] peerId, byte @Nullable [] signedPeerRecord) {
    world.recommended(this, peerId);
  }

  @Override
  public byte @Nullable [] signedPeerRecord(PeerId peer) {
    return null;
  }

  @Override
  public MessageId idOf(Message message) {
    return world.idOf(message);
  }

  @Override
  public boolean isWellFormed(Message message) {
    return true;
  }

  @Override
  public RouterObserver observer() {
    return world.observer();
  }

  @Override
  public void subscriptionChanged(PeerId peer, TopicId topic, boolean subscribed) {}

  @Override
  public String toString() {
    return node.name();
  }
}
