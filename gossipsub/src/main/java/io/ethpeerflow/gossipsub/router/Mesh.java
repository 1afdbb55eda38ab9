package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.PeerInfo;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Who is in which mesh: GRAFT and PRUNE, ours and theirs, and what a heartbeat mends. */
final class Mesh {
  private final RouterState state;
  private final BackoffParams backoff;

  Mesh(RouterState state) {
    this.state = state;
    this.backoff = state.config.backoff();
  }

  // [spec gossipsub-1.0/graft]
  void onGraft(Peer peer, TopicId id, long nowNanos) {
    Topic topic = state.joined(id);
    // [spec gossipsub-1.1/graft-unknown] not even answered: a PRUNE would tell what we know
    if (topic == null || !peer.version.hasMesh() || topic.mesh.contains(peer)) {
      return;
    }
    long leftNanos = topic.backoffNanos(peer.id, nowNanos);
    boolean exchange = false;
    if (peer.direct) {
      // [spec gossipsub-1.1/explicit-peers]
      exchange = false;
    } else if (leftNanos > 0) {
      // [spec gossipsub-1.1/graft-backoff]
      long soonNanos = backoff.prune().minus(backoff.floodThreshold()).toNanos();
      state.breached(peer, Breach.GRAFT_IN_BACKOFF, leftNanos > soonNanos ? 2 : 1);
    } else if (state.score(peer) >= 0) {
      // [spec gossipsub-1.1/graft-full] only whom we dialed ourselves gets into a mesh that is full
      if (topic.mesh.size() < topic.params.mesh().dHigh() || peer.outbound) {
        enter(topic, peer, nowNanos);
        return;
      }
      exchange = true;
    }
    prune(topic, peer, backoff.prune(), exchange, nowNanos);
  }

  // [spec gossipsub-1.0/prune]
  void onPrune(Peer peer, Prune prune, long nowNanos) {
    Topic topic = state.joined(prune.topic());
    if (topic == null) {
      return;
    }
    exit(topic, peer);
    Duration asked =
        prune.backoffSeconds() > 0
            ? Duration.ofSeconds(Math.min(prune.backoffSeconds(), backoff.maxRemote().toSeconds()))
            : backoff.prune();
    backOff(topic, peer, asked, nowNanos);
    // [spec gossipsub-1.1/accept-px]
    if (state.score(peer) >= state.config.thresholds().acceptPeerExchange()) {
      connect(prune.peers());
    }
  }

  private void connect(List<PeerInfo> recommended) {
    List<PeerInfo> some = new ArrayList<>(recommended);
    state.choice.shuffle(some);
    for (PeerInfo peer : some.subList(0, Math.min(some.size(), state.config.exchangePeers()))) {
      byte[] id = peer.peerId();
      if (id != null) {
        state.effects.connect(id, peer.signedPeerRecord());
      }
    }
  }

  // [spec gossipsub-1.0/join]
  void join(Topic topic, long nowNanos) {
    MeshParams params = topic.params.mesh();
    for (Peer peer : topic.fanout) {
      if (topic.mesh.size() < params.d() && isEligible(topic, peer)) {
        graft(topic, peer, nowNanos);
      }
    }
    topic.fanout.clear();
    graftUpTo(topic, params.d() - topic.mesh.size(), peer -> true, nowNanos);
  }

  // [spec gossipsub-1.0/leave]
  void leave(Topic topic, long nowNanos) {
    for (Peer peer : List.copyOf(topic.mesh)) {
      // [spec gossipsub-1.1/unsubscribe-backoff]
      prune(topic, peer, backoff.unsubscribe(), true, nowNanos);
    }
  }

  /** A peer that is subscribed since now gets into a mesh that lacks peers without waiting. */
  void onSubscribed(Topic topic, Peer peer, long nowNanos) {
    if (topic.joined && topic.mesh.size() < topic.params.mesh().dLow() && isEligible(topic, peer)) {
      graft(topic, peer, nowNanos);
    }
  }

  private boolean isEligible(Topic topic, Peer peer) {
    return peer.version.hasMesh()
        && !peer.direct
        && !topic.mesh.contains(peer)
        && !topic.hasBackoff(peer.id)
        && state.score(peer) >= 0;
  }

  private void graftUpTo(Topic topic, int count, Predicate<Peer> condition, long nowNanos) {
    if (count > 0) {
      state
          .choice
          .of(topic.subscribers, count, p -> isEligible(topic, p) && condition.test(p))
          .forEach(peer -> graft(topic, peer, nowNanos));
    }
  }

  private void graft(Topic topic, Peer peer, long nowNanos) {
    enter(topic, peer, nowNanos);
    peer.output.graft(topic.id);
  }

  private void enter(Topic topic, Peer peer, long nowNanos) {
    topic.mesh.add(peer);
    state.scores.grafted(peer.id, topic.id, nowNanos);
    state.observer.grafted(peer.id, topic.id);
  }

  /** Takes a peer out of a mesh without telling it. */
  void exit(Topic topic, Peer peer) {
    if (topic.mesh.remove(peer)) {
      state.scores.pruned(peer.id, topic.id);
      state.observer.pruned(peer.id, topic.id);
    }
  }

  private void prune(Topic topic, Peer peer, Duration time, boolean exchange, long nowNanos) {
    exit(topic, peer);
    backOff(topic, peer, time, nowNanos);
    // [spec gossipsub-1.1/prune-backoff]
    peer.output.prune(
        peer.version.hasBackoff()
            ? new Prune(topic.id, exchange ? recommended(topic, peer) : List.of(), time.toSeconds())
            : new Prune(topic.id, List.of(), Prune.NO_BACKOFF));
  }

  private void backOff(Topic topic, Peer peer, Duration time, long nowNanos) {
    topic.backOff(peer.id, nowNanos + time.toNanos(), backoff.maxPeersPerTopic());
  }

  // [spec gossipsub-1.1/px]
  private List<PeerInfo> recommended(Topic topic, Peer pruned) {
    if (state.config.exchangePeers() == 0 || state.score(pruned) < 0) {
      return List.of();
    }
    return state
        .choice
        .of(
            topic.subscribers,
            state.config.exchangePeers(),
            peer -> peer != pruned && peer.version.hasMesh() && state.score(peer) >= 0)
        .stream()
        .map(peer -> new PeerInfo(peer.id.toBytes(), state.effects.signedPeerRecord(peer.id)))
        .toList();
  }

  /** Mends a mesh: once in each heartbeat, when the scores of all peers are fresh. */
  // [spec gossipsub-1.0/mesh-maintenance]
  void maintain(Topic topic, long nowNanos) {
    MeshParams params = topic.params.mesh();
    topic.forgetBackoffs(nowNanos, backoff.slack().toNanos());
    // [spec gossipsub-1.1/prune-negative]
    for (Peer peer : topic.mesh.stream().filter(peer -> peer.score < 0).toList()) {
      prune(topic, peer, backoff.prune(), false, nowNanos);
    }
    if (topic.mesh.size() < params.dLow()) {
      graftUpTo(topic, params.d() - topic.mesh.size(), peer -> true, nowNanos);
    } else if (topic.mesh.size() > params.dHigh()) {
      surplus(topic.mesh, params)
          .forEach(peer -> prune(topic, peer, backoff.prune(), true, nowNanos));
    }
    // [spec gossipsub-1.1/outbound-quota]
    int outbound = outboundOf(topic.mesh);
    if (topic.mesh.size() >= params.dLow() && outbound < params.dOut()) {
      graftUpTo(topic, params.dOut() - outbound, peer -> peer.outbound, nowNanos);
    }
    // [spec gossipsub-1.1/opportunistic-graft]
    if (state.heartbeat % state.config.timing().opportunisticGraftHeartbeats() == 0
        && topic.mesh.size() > 1) {
      double median = medianScore(topic.mesh);
      if (median < state.config.thresholds().opportunisticGraft()) {
        int count = state.config.opportunisticGraftPeers();
        graftUpTo(topic, count, peer -> peer.score > median, nowNanos);
      }
    }
  }

  /** Whom a mesh does without: the best stay, then chance decides, but for the outbound quota. */
  // [spec gossipsub-1.1/oversubscription]
  private List<Peer> surplus(List<Peer> mesh, MeshParams params) {
    List<Peer> ranked = new ArrayList<>(mesh);
    state.choice.shuffle(ranked);
    ranked.sort(Comparator.comparingDouble((Peer peer) -> peer.score).reversed());
    state.choice.shuffle(ranked.subList(params.dScore(), ranked.size()));
    List<Peer> kept = ranked.subList(0, params.d());
    List<Peer> rest = ranked.subList(params.d(), ranked.size());
    int missing = params.dOut() - outboundOf(kept);
    for (int in = 0, out = kept.size() - 1; missing > 0 && in < rest.size() && out >= 0; in++) {
      if (rest.get(in).outbound) {
        while (out > 0 && kept.get(out).outbound) {
          out--;
        }
        rest.set(in, kept.set(out, rest.get(in)));
        out--;
        missing--;
      }
    }
    return rest;
  }

  private static int outboundOf(List<Peer> peers) {
    int count = 0;
    for (Peer peer : peers) {
      count += peer.outbound ? 1 : 0;
    }
    return count;
  }

  private static double medianScore(List<Peer> peers) {
    double[] scores = peers.stream().mapToDouble(peer -> peer.score).sorted().toArray();
    return scores[scores.length / 2];
  }
}
