package io.ethpeerflow.gossipsub.score;

import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.Deliveries.Delivery;
import io.ethpeerflow.gossipsub.score.Deliveries.Status;
import io.ethpeerflow.gossipsub.score.ScoreExplanation.Part;
import io.ethpeerflow.gossipsub.score.ScoreExplanation.TopicPart;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The scores of peers, as version 1.1 defines them:
 *
 * <pre>
 * score = cap(sum over topics t of w(t) (w1 P1 + w2 P2 + w3 P3 + w3b P3b + w4 P4)) + w5 P5 + w6 P6 + w7 P7
 * </pre>
 *
 * <p><b>Events in, numbers out.</b> The router tells what peers do; {@link #decay} is called once
 * in every {@link ScoreParams#decayInterval}, multiplies every counter with its factor and updates
 * the time that peers are in a mesh. So P1 and the activation of P3 move in steps of that interval,
 * which is what the specification says and what makes a score comparable with that of another
 * implementation after the same events. All else counts at once.
 *
 * <p><b>The life of a message.</b> {@link #received} when it comes for the first time; {@link
 * #duplicate} for each copy; then one of {@link #accepted}, {@link #rejected} and {@link #ignored}.
 * Acceptance rewards the first bringer (P2, and P3 in the mesh) and every mesh peer whose copy came
 * during validation or within the window after it (P3), each once. Rejection counts against all who
 * brought it (P4), later copies included.
 *
 * <p><b>Peers that leave.</b> A score that is negative is retained, unchanged by decay, so that
 * nobody sheds it by coming back. What is positive in it (P2) is dropped, and leaving a mesh in
 * debt counts as a prune (P3b). A score that is not negative is forgotten.
 *
 * <p><b>Cost.</b> {@link #score} visits the topics the peer was active in; {@link #decay} visits
 * every peer and topic. Neither allocates. Bounds: {@link ScoreParams#maxRetained}, {@link
 * ScoreParams#maxDeliveries}, {@value #MAX_BRINGERS} remembered bringers of a message.
 *
 * <p>Not thread-safe. All times are nanoseconds of one monotonic clock of the caller.
 */
public final class PeerScores {
  /** How many peers are remembered as bringers of one message. */
  public static final int MAX_BRINGERS = 1024;

  private static final int IPV6_NETWORK_BITS = 64;

  private final ScoreParams params;
  private final ToDoubleFunction<PeerId> application;
  private final Map<TopicId, TopicRule> rules = new HashMap<>();
  private final List<TopicRule> rulesByIndex = new ArrayList<>();
  private final Map<PeerId, PeerState> peers = new HashMap<>();
  // iterated on every heartbeat: without the iterator of a map
  private final List<PeerState> connected = new ArrayList<>();
  private final ArrayDeque<PeerState> retained = new ArrayDeque<>();
  private final Map<IpNetwork, AddressGroup> groups = new HashMap<>();
  private final Deliveries deliveries;

  /**
   * No peers yet.
   *
   * @param application P5 of a peer, asked for with every score; must be fast and finite
   */
  public PeerScores(ScoreParams params, ToDoubleFunction<PeerId> application) {
    this.params = params;
    this.application = application;
    this.deliveries = new Deliveries(params.maxDeliveries(), params.deliveryRetention().toNanos());
    // by name, so that sums do not depend on the order of a map
    params.topics().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> setTopic(entry.getKey(), entry.getValue()));
  }

  /**
   * Sets the parameters of a topic, new or not. Counters above the new caps are lowered to them.
   * Topics are not removed: {@link TopicScoreParams#OFF} ends what one counts.
   */
  public void setTopic(TopicId topic, TopicScoreParams topicParams) {
    TopicRule rule = rules.get(topic);
    if (rule == null) {
      rule = new TopicRule(topic, rulesByIndex.size(), topicParams);
      rules.put(topic, rule);
      rulesByIndex.add(rule);
      return;
    }
    rule.set(topicParams);
    for (PeerState peer : peers.values()) {
      TopicCounters counters = peer.countersIfAny(rule.index);
      if (counters != null) {
        counters.firstDeliveries = Math.min(counters.firstDeliveries, rule.firstCap);
        counters.meshDeliveries = Math.min(counters.meshDeliveries, rule.meshCap);
      }
    }
  }

  /** A peer connects, or is connected already; a score that was retained for it counts again. */
  public void connected(PeerId id) {
    PeerState peer = peers.get(id);
    if (peer == null) {
      peer = new PeerState(id, rulesByIndex.size());
      peers.put(id, peer);
    } else if (peer.connected) {
      return;
    } else {
      retained.remove(peer);
      peer.connected = true;
    }
    peer.place = connected.size();
    connected.add(peer);
  }

  /** The addresses that a connected peer has at present, all of them. Unknown peers are ignored. */
  public void addresses(PeerId id, Collection<InetAddress> addresses) {
    PeerState peer = peers.get(id);
    if (peer == null || !peer.connected) {
      return;
    }
    leaveGroups(peer);
    Set<IpNetwork> distinct = new LinkedHashSet<>();
    for (InetAddress address : addresses) {
      IpNetwork exact = IpNetwork.of(address);
      distinct.add(exact);
      if (params.colocation().ipv6Networks() && address instanceof Inet6Address) {
        distinct.add(exact.network(IPV6_NETWORK_BITS));
      }
    }
    peer.addresses =
        distinct.stream()
            .map(address -> groups.computeIfAbsent(address, this::newGroup))
            .toArray(AddressGroup[]::new);
    for (AddressGroup group : peer.addresses) {
      group.peers++;
    }
  }

  private AddressGroup newGroup(IpNetwork address) {
    boolean whitelisted = false;
    for (IpNetwork network : params.colocation().whitelist()) {
      whitelisted |= network.contains(address);
    }
    return new AddressGroup(address, whitelisted);
  }

  private void leaveGroups(PeerState peer) {
    for (AddressGroup group : peer.addresses) {
      if (--group.peers == 0) {
        groups.remove(group.address);
      }
    }
    peer.addresses = PeerState.NO_ADDRESSES;
  }

  /** The last connection of a peer ends. Unknown peers are ignored. */
  public void disconnected(PeerId id, long nowNanos) {
    PeerState peer = peers.get(id);
    if (peer == null || !peer.connected) {
      return;
    }
    // [spec gossipsub-1.1/retain-score]
    boolean negative = score(peer) < 0;
    PeerState last = connected.removeLast();
    if (last != peer) {
      connected.set(peer.place, last);
      last.place = peer.place;
    }
    leaveGroups(peer);
    peer.connected = false;
    if (!negative || params.retention().isZero()) {
      peers.remove(id);
      return;
    }
    for (int i = 0; i < peer.topics.length; i++) {
      TopicCounters counters = peer.topics[i];
      if (counters != null) {
        counters.firstDeliveries = 0;
        counters.prune(rulesByIndex.get(i));
      }
    }
    if (retained.size() >= params.maxRetained()) {
      peers.remove(retained.remove().id);
    }
    peer.forgetNanos = nowNanos + params.retention().toNanos();
    retained.add(peer);
  }

  /** A peer is in the mesh of a topic from now on. Grafting it twice changes nothing. */
  public void grafted(PeerId id, TopicId topic, long nowNanos) {
    PeerState peer = peers.get(id);
    TopicRule rule = rules.get(topic);
    if (peer != null && rule != null) {
      TopicCounters counters = peer.counters(rule);
      if (!counters.inMesh) {
        counters.graft(nowNanos);
      }
    }
  }

  /** A peer is in the mesh of a topic no longer. What it failed to bring is remembered (P3b). */
  public void pruned(PeerId id, TopicId topic) {
    PeerState peer = peers.get(id);
    TopicRule rule = rules.get(topic);
    if (peer != null && rule != null) {
      TopicCounters counters = peer.countersIfAny(rule.index);
      if (counters != null && counters.inMesh) {
        counters.prune(rule);
      }
    }
  }

  /**
   * A peer breached the protocol (P7).
   *
   * @param breaches how many times, at least 0
   */
  public void breached(PeerId id, int breaches) {
    if (breaches < 0) {
      throw new IllegalArgumentException("breaches: " + breaches + " < 0");
    }
    PeerState peer = peers.get(id);
    if (peer != null) {
      peer.breaches += breaches;
    }
  }

  /** A message comes for the first time, and its validation begins. */
  public void received(MessageId id, TopicId topic, PeerId from, long nowNanos) {
    TopicRule rule = rules.get(topic);
    if (rule == null || deliveries.get(id) != null) {
      return;
    }
    PeerState peer = peers.get(from);
    if (peer != null) {
      deliveries.begin(id, rule, nowNanos).add(peer, MAX_BRINGERS);
    }
  }

  /** A copy of a message comes that was {@link #received} before. */
  public void duplicate(MessageId id, PeerId from, long nowNanos) {
    Delivery delivery = deliveries.get(id);
    PeerState peer = peers.get(from);
    if (delivery == null || peer == null) {
      return;
    }
    switch (delivery.status) {
      case VALIDATING -> delivery.add(peer, MAX_BRINGERS);
      case VALID -> {
        // [spec gossipsub-1.1/near-first] within the window after validation, each peer once
        if (nowNanos - delivery.validatedNanos <= delivery.rule.windowNanos
            && delivery.add(peer, MAX_BRINGERS)) {
          peer.counters(delivery.rule).countMesh(delivery.rule);
        }
      }
      case INVALID -> peer.counters(delivery.rule).invalidMessages++;
      case IGNORED -> {}
    }
  }

  /** A message is valid. */
  public void accepted(MessageId id, long nowNanos) {
    Delivery delivery = validating(id);
    if (delivery == null) {
      return;
    }
    delivery.status = Status.VALID;
    delivery.validatedNanos = nowNanos;
    delivery.bringer(0).counters(delivery.rule).countFirst(delivery.rule);
    for (int i = 1; i < delivery.count(); i++) {
      delivery.bringer(i).counters(delivery.rule).countMesh(delivery.rule);
    }
  }

  /** A message is invalid (P4 for all who brought it). */
  public void rejected(MessageId id) {
    Delivery delivery = validating(id);
    if (delivery == null) {
      return;
    }
    delivery.status = Status.INVALID;
    for (int i = 0; i < delivery.count(); i++) {
      delivery.bringer(i).counters(delivery.rule).invalidMessages++;
    }
  }

  /** A message is neither valid nor invalid; whoever brings it is neither rewarded nor punished. */
  // [spec gossipsub-1.1/extended-validators]
  public void ignored(MessageId id) {
    Delivery delivery = validating(id);
    if (delivery != null) {
      delivery.status = Status.IGNORED;
    }
  }

  private @Nullable Delivery validating(MessageId id) {
    Delivery delivery = deliveries.get(id);
    return delivery != null && delivery.status == Status.VALIDATING ? delivery : null;
  }

  /** A peer sent a message that was invalid before it had an id, such as a bad signature (P4). */
  public void invalid(PeerId from, TopicId topic) {
    PeerState peer = peers.get(from);
    TopicRule rule = rules.get(topic);
    if (peer != null && rule != null) {
      peer.counters(rule).invalidMessages++;
    }
  }

  /** Lets every counter decay once, and forgets what has been kept long enough. */
  public void decay(long nowNanos) {
    for (PeerState oldest = retained.peek();
        oldest != null && nowNanos - oldest.forgetNanos >= 0;
        oldest = retained.peek()) {
      retained.remove();
      peers.remove(oldest.id);
    }
    double toZero = params.decayToZero();
    double breachDecay = params.behaviour().decay();
    for (int p = 0; p < connected.size(); p++) {
      PeerState peer = connected.get(p);
      peer.breaches = TopicCounters.decayed(peer.breaches, breachDecay, toZero);
      for (int i = 0; i < peer.topics.length; i++) {
        TopicCounters counters = peer.topics[i];
        if (counters != null) {
          counters.decay(rulesByIndex.get(i), toZero, nowNanos);
        }
      }
    }
    deliveries.expire(nowNanos);
  }

  /** The score of a peer, connected or retained; 0 for one that is not known. */
  public double score(PeerId id) {
    PeerState peer = peers.get(id);
    return peer == null ? 0 : score(peer);
  }

  // [spec gossipsub-1.1/score]
  private double score(PeerState peer) {
    double topics = 0;
    for (int i = 0; i < peer.topics.length; i++) {
      TopicCounters counters = peer.topics[i];
      if (counters != null) {
        TopicRule rule = rulesByIndex.get(i);
        topics += rule.topicWeight * counters.score(rule);
      }
    }
    // [spec gossipsub-1.1/p5]
    return capped(topics)
        + application.applyAsDouble(peer.id) * params.applicationWeight()
        + p6(peer) * params.colocation().weight()
        + p7(peer) * params.behaviour().weight();
  }

  // [spec gossipsub-1.1/topic-cap] on the sum of the topics
  private double capped(double topics) {
    return params.topicScoreCap() > 0 ? Math.min(topics, params.topicScoreCap()) : topics;
  }

  private double p6(PeerState peer) {
    double sum = 0;
    for (AddressGroup group : peer.addresses) {
      sum += group.surplusSquared(params.colocation().threshold());
    }
    return sum;
  }

  // [spec gossipsub-1.1/p7]
  private double p7(PeerState peer) {
    double excess = Math.max(0, peer.breaches - params.behaviour().threshold());
    return excess * excess;
  }

  /** The score of a peer in its parts, or null for one that is not known. */
  public @Nullable ScoreExplanation explain(PeerId id) {
    PeerState peer = peers.get(id);
    if (peer == null) {
      return null;
    }
    List<TopicPart> parts = new ArrayList<>();
    double topics = 0;
    for (int i = 0; i < peer.topics.length; i++) {
      TopicCounters counters = peer.topics[i];
      if (counters != null) {
        TopicRule rule = rulesByIndex.get(i);
        topics += rule.topicWeight * counters.score(rule);
        parts.add(explain(counters, rule));
      }
    }
    return new ScoreExplanation(
        id,
        score(peer),
        parts,
        topics,
        capped(topics),
        new Part(application.applyAsDouble(id), params.applicationWeight()),
        new Part(p6(peer), params.colocation().weight()),
        new Part(p7(peer), params.behaviour().weight()),
        peer.connected);
  }

  private static TopicPart explain(TopicCounters counters, TopicRule rule) {
    return new TopicPart(
        rule.topic,
        rule.topicWeight,
        counters.inMesh,
        new Part(counters.p1(rule), rule.timeInMeshWeight),
        new Part(counters.firstDeliveries, rule.firstWeight),
        new Part(counters.p3(rule), rule.meshWeight),
        new Part(counters.meshFailure, rule.failureWeight),
        new Part(counters.p4(), rule.invalidWeight));
  }

  /** How many peers have a score: those connected and those retained. */
  public int size() {
    return peers.size();
  }

  /** Of how many messages it is remembered who brought them. */
  public int deliveriesRemembered() {
    return deliveries.size();
  }
}
