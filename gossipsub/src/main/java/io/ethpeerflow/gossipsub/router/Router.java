package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.ScoreExplanation;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A router of Gossipsub 1.0 to 1.3, with floodsub for peers that know nothing else.
 *
 * <p><b>The idea.</b> Of all peers that are subscribed to a topic a few, about {@link
 * MeshParams#d}, are its mesh; they get every message at once. Some of the others are told at each
 * heartbeat which messages there were, and ask for those they lack. So a message reaches everybody
 * by the mesh, quickly and some {@code d} times, and by gossip should the mesh fail. Scores decide
 * who is in a mesh and who is listened to.
 *
 * <p><b>The machine.</b> It has no clock, no thread, no socket and no source of chance of its own:
 * what happens is told by its methods with the time of it, what is to be done it says by {@link
 * RouterEffects} and to each peer's {@link PeerOutput}. {@link #heartbeat} is due once in each
 * {@link RouterTiming#heartbeat}. The same calls with the same chance give the same effects.
 *
 * <p><b>Bounds.</b> Everything that peers can make it remember has a bound in {@link RouterConfig}:
 * ids, messages, subscriptions, backoffs, promises, messages in validation. RPCs are bounded by
 * whoever decodes them.
 *
 * <p>Not thread-safe; one thread calls at a time. Times are nanoseconds of one monotonic clock. An
 * effect may call {@link #validated}, and no other method.
 */
public final class Router {
  private final RouterState state;
  private final Mesh mesh;
  private final Gossip gossip;
  private final Propagation propagation;
  private final long decayNanos;
  private long decayedNanos;
  private boolean beaten;

  /**
   * A router without peers.
   *
   * @param self who we are
   * @param random must not be guessed by peers
   * @param application P5 of a peer; see {@link
   *     io.ethpeerflow.gossipsub.score.PeerScores#PeerScores}
   */
  public Router(
      RouterConfig config,
      PeerId self,
      RandomGenerator random,
      ToDoubleFunction<PeerId> application,
      RouterEffects effects) {
    this.state = new RouterState(config, self, random, application, effects);
    this.mesh = new Mesh(state);
    this.gossip = new Gossip(state);
    this.propagation = new Propagation(state, gossip);
    this.decayNanos = config.scores().decayInterval().toNanos();
  }

  /**
   * A peer that speaks pubsub is there. It is told our subscriptions at once.
   *
   * @param outbound whether we dialed it
   * @param output takes what is for it from now on, until it is removed
   * @throws IllegalStateException when it is there already
   */
  public void addPeer(
      PeerId id, PubsubVersion version, boolean outbound, PeerOutput output, long nowNanos) {
    if (state.peers.containsKey(id)) {
      throw new IllegalStateException(id + " is there already");
    }
    var peer = new Peer(id, version, outbound, state.config.directPeers().contains(id), output);
    state.peers.put(id, peer);
    state.scores.connected(id);
    state.observer.peerAdded(id, version);
    // [spec gossipsub-1.3/extensions-first]
    if (version.hasExtensions()) {
      output.extensions(new Extensions(false, false));
    }
    // [spec pubsub/hello]
    for (Topic topic : state.topics.values()) {
      if (topic.joined) {
        output.subscription(Subscription.to(topic.id));
      }
    }
  }

  /** The addresses that a peer has at present, for P6. */
  public void addresses(PeerId id, Collection<InetAddress> addresses) {
    state.scores.addresses(id, addresses);
  }

  /** A peer is gone; one that is not there is ignored. */
  public void removePeer(PeerId id, long nowNanos) {
    Peer peer = state.peers.remove(id);
    if (peer == null) {
      return;
    }
    for (Topic topic : List.copyOf(peer.subscriptions.values())) {
      unsubscribe(peer, topic);
    }
    // it may have grafted us without subscribing
    for (Topic topic : state.topics.values()) {
      mesh.exit(topic, peer);
    }
    state.promises.forget(id);
    state.scores.disconnected(id, nowNanos);
    state.observer.peerRemoved(id);
  }

  /** What a peer says; of one that is not there nothing is heard. */
  public void receive(PeerId id, Rpc rpc, long nowNanos) {
    Peer peer = state.peers.get(id);
    if (peer == null) {
      return;
    }
    boolean first = peer.speaksFirst();
    for (Subscription subscription : rpc.subscriptions()) {
      onSubscription(peer, subscription, nowNanos);
    }
    // [spec gossipsub-1.1/graylist-threshold]
    if (!state.isAtLeast(peer, state.config.thresholds().graylist())) {
      state.observer.graylisted(id);
      return;
    }
    for (Message message : rpc.publish()) {
      propagation.receive(peer, message, nowNanos);
    }
    if (!rpc.control().isEmpty()) {
      onControl(peer, rpc.control(), first, nowNanos);
    }
  }

  private void onSubscription(Peer peer, Subscription subscription, long nowNanos) {
    Topic known = peer.subscriptions.get(subscription.topic());
    if (!subscription.subscribe()) {
      if (known != null) {
        unsubscribe(peer, known);
      } else {
        exitMesh(peer, subscription.topic());
      }
      return;
    }
    if (known != null
        || peer.subscriptions.size() >= state.config.bounds().maxTopicsPerPeer()
        || !state.config.subscriptionFilter().test(subscription.topic())) {
      return;
    }
    Topic topic = state.topic(subscription.topic());
    peer.subscriptions.put(topic.id, topic);
    topic.subscribers.add(peer);
    if (peer.direct || !peer.version.hasMesh()) {
      topic.always.add(peer);
    }
    state.effects.subscriptionChanged(peer.id, topic.id, true);
    mesh.onSubscribed(topic, peer, nowNanos);
  }

  private void unsubscribe(Peer peer, Topic topic) {
    peer.subscriptions.remove(topic.id);
    topic.subscribers.remove(peer);
    topic.always.remove(peer);
    topic.fanout.remove(peer);
    mesh.exit(topic, peer);
    state.effects.subscriptionChanged(peer.id, topic.id, false);
    state.forgetIfUnused(topic);
  }

  private void exitMesh(Peer peer, TopicId id) {
    // it may have grafted us without subscribing
    Topic topic = state.joined(id);
    if (topic != null) {
      mesh.exit(topic, peer);
    }
  }

  private void onControl(Peer peer, Rpc.Control control, boolean first, long nowNanos) {
    Extensions extensions = control.extensions();
    if (extensions != null && peer.version.hasExtensions()) {
      // [spec gossipsub-1.3/extensions-once]
      if (first) {
        peer.extensions = extensions;
      } else {
        state.breached(peer, Breach.LATE_EXTENSIONS, 1);
      }
    }
    gossip.onIdontwant(peer, control.idontwant());
    gossip.onIhave(peer, control.ihave(), nowNanos);
    gossip.onIwant(peer, control.iwant());
    for (TopicId topic : control.graft()) {
      mesh.onGraft(peer, topic, nowNanos);
    }
    for (Prune prune : control.prune()) {
      mesh.onPrune(peer, prune, nowNanos);
    }
  }

  /**
   * Subscribes to a topic, with its own parameters or the default ones. Doing so again changes only
   * the parameters.
   */
  public void join(TopicId id, @Nullable TopicParams params, long nowNanos) {
    Topic topic = state.topic(id);
    if (params == null) {
      state.resetParams(topic);
    } else {
      topic.params = params;
    }
    if (topic.joined) {
      return;
    }
    topic.joined = true;
    state.observer.joined(id);
    for (Peer peer : state.peers.values()) {
      peer.output.subscription(Subscription.to(id));
    }
    mesh.join(topic, nowNanos);
  }

  /** Ends a subscription, if there is one. */
  public void leave(TopicId id, long nowNanos) {
    Topic topic = state.joined(id);
    if (topic == null) {
      return;
    }
    for (Peer peer : state.peers.values()) {
      peer.output.subscription(Subscription.end(id));
    }
    mesh.leave(topic, nowNanos);
    topic.joined = false;
    state.observer.left(id);
    state.forgetIfUnused(topic);
  }

  /**
   * Publishes a message of our own, signed or not as the policy has it, whether its topic is
   * subscribed to or not.
   *
   * @throws IllegalArgumentException when it is longer than its topic allows
   */
  public Publication publish(MessageId id, Message message, long nowNanos) {
    requireFits(message);
    return propagation.publish(id, message, nowNanos);
  }

  /**
   * Checks what {@link #publish} does.
   *
   * @throws IllegalArgumentException when a message is longer than its topic allows
   */
  public void requireFits(Message message) {
    Topic topic = state.topics.get(message.topic());
    int most =
        topic == null ? state.config.bounds().maxMessageBytes() : topic.params.maxMessageBytes();
    if (message.dataBytes() > most) {
      throw new IllegalArgumentException(
          "a message of "
              + message.dataBytes()
              + " bytes is longer than the "
              + most
              + " of its topic");
    }
  }

  /** What validation says; unknown ids, and ids that were answered, are ignored. */
  public void validated(MessageId id, Verdict verdict, long nowNanos) {
    propagation.validated(id, verdict, nowNanos);
  }

  /** Does what is due once in each heartbeat. */
  public void heartbeat(long nowNanos) {
    state.heartbeat++;
    decay(nowNanos);
    for (Peer peer : state.peers.values()) {
      int dropped = peer.output.takeDropped();
      if (dropped > state.config.bounds().maxDropsPerHeartbeat()) {
        state.breached(peer, Breach.TOO_SLOW, 1);
      }
    }
    // [spec gossipsub-1.1/broken-promises]
    state.promises.takeBroken(
        nowNanos, (peer, count) -> state.breached(peer, Breach.BROKEN_PROMISE, count));
    for (Peer peer : state.peers.values()) {
      peer.heartbeat(state.heartbeat);
      peer.score = state.score(peer);
    }
    if ((state.heartbeat - 1) % state.config.timing().directConnectHeartbeats() == 0) {
      connectToDirectPeers();
    }
    for (Topic topic : List.copyOf(state.topics.values())) {
      if (topic.joined) {
        mesh.maintain(topic, nowNanos);
        gossip.emit(topic, topic.mesh);
      } else {
        topic.forgetBackoffs(nowNanos, state.config.backoff().slack().toNanos());
        if (!topic.fanout.isEmpty()) {
          propagation.maintainFanout(topic, nowNanos);
          gossip.emit(topic, topic.fanout);
        }
        state.forgetIfUnused(topic);
      }
    }
    state.cache.shift();
    state.seen.expire(nowNanos);
  }

  private void decay(long nowNanos) {
    if (!beaten) {
      beaten = true;
      decayedNanos = nowNanos;
      return;
    }
    // heartbeats are a little late or early: half of one decides to which interval they belong
    long sinceNanos = nowNanos - decayedNanos + state.config.timing().heartbeat().toNanos() / 2;
    if (sinceNanos >= decayNanos) {
      // what a pause missed is not made up for: the counters of all peers waited alike
      decayedNanos = sinceNanos < 2 * decayNanos ? decayedNanos + decayNanos : nowNanos;
      state.scores.decay(nowNanos);
    }
  }

  // [spec gossipsub-1.1/direct-connect]
  private void connectToDirectPeers() {
    for (PeerId peer : state.config.directPeers()) {
      if (!state.peers.containsKey(peer)) {
        state.effects.connect(peer.toBytes(), null);
      }
    }
  }

  /** The peers that are there. */
  public List<PeerId> peers() {
    return List.copyOf(state.peers.keySet());
  }

  /** What a peer speaks, null for one that is not there. */
  public @Nullable PubsubVersion version(PeerId id) {
    Peer peer = state.peers.get(id);
    return peer == null ? null : peer.version;
  }

  /** The peers that are subscribed to a topic. */
  public List<PeerId> subscribers(TopicId id) {
    Topic topic = state.topics.get(id);
    return topic == null ? List.of() : ids(topic.subscribers);
  }

  /** The mesh of a topic; empty unless it is subscribed to. */
  public List<PeerId> mesh(TopicId id) {
    Topic topic = state.topics.get(id);
    return topic == null ? List.of() : ids(topic.mesh);
  }

  /** The topics that we are subscribed to. */
  public List<TopicId> joined() {
    return state.topics.values().stream().filter(t -> t.joined).map(t -> t.id).toList();
  }

  private static List<PeerId> ids(List<Peer> peers) {
    return peers.stream().map(peer -> peer.id).toList();
  }

  /** The score of a peer in its parts, or null for one that is neither here nor remembered. */
  public @Nullable ScoreExplanation explain(PeerId id) {
    return state.scores.explain(id);
  }

  /** The score of a peer; 0 for one that is not known. */
  public double score(PeerId id) {
    return state.scores.score(id);
  }

  /** How many messages are in validation. */
  public int validating() {
    return propagation.validating();
  }

  /** How many things of each kind are remembered, for counters and tests. */
  public Sizes sizes() {
    return new Sizes(
        state.peers.size(),
        state.topics.size(),
        state.seen.size(),
        state.cache.size(),
        state.promises.size(),
        propagation.validating());
  }

  /**
   * How many things of each kind a router remembers.
   *
   * @param peers that are there
   * @param topics that anybody has to do with
   * @param seen ids
   * @param cached messages that can be asked for
   * @param promises of peers, kept or not, that are not due
   * @param validating messages
   */
  public record Sizes(int peers, int topics, int seen, int cached, int promises, int validating) {}
}
