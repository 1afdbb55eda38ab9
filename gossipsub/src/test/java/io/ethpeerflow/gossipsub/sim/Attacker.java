package io.ethpeerflow.gossipsub.sim;

import io.ethpeerflow.gossipsub.queue.QueueConfig;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Subscribes, connects to honest peers, and does its harm to each of them ten times a second. It
 * forwards nothing and answers nothing.
 */
final class Attacker implements Participant {
  private static final long PERIOD_NANOS = Duration.ofMillis(100).toNanos();

  /** What an attacker does to a peer, each time it is its turn. */
  @FunctionalInterface
  interface Harm {
    void to(SimLink victim, Attacker self);
  }

  private final GossipWorld world;
  private final PeerId id;
  private final SimNode node;
  private final VirtualLoop loop;
  private final Harm harm;
  private final Map<PeerId, SimLink> links = new LinkedHashMap<>();
  private final Set<MessageId> heard = new LinkedHashSet<>();
  private long received;

  Attacker(GossipWorld world, SimNode node, Harm harm) {
    this.world = world;
    this.id = world.newPeerId();
    this.node = node;
    this.loop = new VirtualLoop(world.clock(), node.name());
    this.harm = harm;
    strike();
  }

  private void strike() {
    loop.schedule(
        PERIOD_NANOS,
        () -> {
          links.values().forEach(link -> harm.to(link, this));
          strike();
        });
  }

  void dial(HonestPeer victim) {
    loop.execute(() -> node.connect(loop, world.addressOf(victim), new SimLink(this, true)));
  }

  GossipWorld world() {
    return world;
  }

  /** Ids of messages that it was told of, or got. */
  Set<MessageId> heard() {
    return heard;
  }

  /** How many messages it got. */
  long received() {
    return received;
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
    if (links.putIfAbsent(link.remote(), link) == null) {
      link.subscription(Subscription.to(GossipWorld.TOPIC));
    } else {
      link.close();
    }
  }

  @Override
  public void onRpc(SimLink link, Rpc rpc) {
    received += rpc.publish().size();
    rpc.publish().forEach(message -> heard.add(world.idOf(message)));
    rpc.control().ihave().forEach(ihave -> heard.addAll(ihave.ids().toList()));
  }

  @Override
  public void onGone(SimLink link) {
    links.remove(link.remote(), link);
  }
}
