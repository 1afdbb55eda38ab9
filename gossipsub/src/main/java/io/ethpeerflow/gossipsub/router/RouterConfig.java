package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.cache.MessageCacheConfig;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.ScoreParams;
import io.ethpeerflow.gossipsub.score.ScoreThresholds;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How a router behaves.
 *
 * @param mesh of topics that have none of their own
 * @param backoff after a prune
 * @param gossip IHAVE, IWANT and IDONTWANT
 * @param timing heartbeats and times to live
 * @param bounds of what peers can make it remember
 * @param cache what can be asked for
 * @param scores how peers are scored; {@link ScoreParams#OFF} scores nobody
 * @param thresholds from which score on a peer gets what
 * @param exchangePeers how many peers a PRUNE recommends, and how many recommendations are
 *     followed; default 0, off, as in go-libp2p: a recommendation is only as good as the score of
 *     who gives it. 16 by custom
 * @param floodPublish whether own messages go to every subscriber and not to the mesh only; default
 *     true
 * @param opportunisticGraftPeers how many peers improve a mesh at once; default 2
 * @param directPeers explicit peers: always connected to, always forwarded to, never in a mesh and
 *     never judged by their score
 * @param subscriptionFilter which topics of others are noted at all; default all
 */
public record RouterConfig(
    MeshParams mesh,
    BackoffParams backoff,
    GossipParams gossip,
    RouterTiming timing,
    RouterBounds bounds,
    MessageCacheConfig cache,
    ScoreParams scores,
    ScoreThresholds thresholds,
    int exchangePeers,
    boolean floodPublish,
    int opportunisticGraftPeers,
    Set<PeerId> directPeers,
    Predicate<? super TopicId> subscriptionFilter) {
  /** The defaults: what go-libp2p has, and nobody is scored. */
  public static final RouterConfig DEFAULT =
      new RouterConfig(
          MeshParams.DEFAULT,
          BackoffParams.DEFAULT,
          GossipParams.DEFAULT,
          RouterTiming.DEFAULT,
          RouterBounds.DEFAULT,
          MessageCacheConfig.DEFAULT,
          ScoreParams.OFF,
          new ScoreThresholds(-10, -50, -80, 10, 1),
          0,
          true,
          2,
          Set.of(),
          topic -> true);

  /** Checks each value. */
  public RouterConfig {
    if (exchangePeers < 0 || exchangePeers > 64) {
      throw new IllegalArgumentException("exchangePeers: " + exchangePeers + " is not 0 to 64");
    }
    if (opportunisticGraftPeers < 0) {
      throw new IllegalArgumentException(
          "opportunisticGraftPeers: " + opportunisticGraftPeers + " < 0");
    }
    directPeers = Set.copyOf(directPeers);
  }

  private static final class Draft {
    MeshParams mesh;
    BackoffParams backoff;
    GossipParams gossip;
    RouterTiming timing;
    RouterBounds bounds;
    MessageCacheConfig cache;
    ScoreParams scores;
    ScoreThresholds thresholds;
    int exchangePeers;
    boolean floodPublish;
    int opportunisticGraftPeers;
    Set<PeerId> directPeers;
    Predicate<? super TopicId> subscriptionFilter;

    Draft(RouterConfig from) {
      mesh = from.mesh;
      backoff = from.backoff;
      gossip = from.gossip;
      timing = from.timing;
      bounds = from.bounds;
      cache = from.cache;
      scores = from.scores;
      thresholds = from.thresholds;
      exchangePeers = from.exchangePeers;
      floodPublish = from.floodPublish;
      opportunisticGraftPeers = from.opportunisticGraftPeers;
      directPeers = from.directPeers;
      subscriptionFilter = from.subscriptionFilter;
    }

    RouterConfig config() {
      return new RouterConfig(
          mesh,
          backoff,
          gossip,
          timing,
          bounds,
          cache,
          scores,
          thresholds,
          exchangePeers,
          floodPublish,
          opportunisticGraftPeers,
          directPeers,
          subscriptionFilter);
    }
  }

  private RouterConfig with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** With another {@link #mesh}. */
  public RouterConfig withMesh(MeshParams value) {
    return with(draft -> draft.mesh = value);
  }

  /** With another {@link #backoff}. */
  public RouterConfig withBackoff(BackoffParams value) {
    return with(draft -> draft.backoff = value);
  }

  /** With another {@link #gossip}. */
  public RouterConfig withGossip(GossipParams value) {
    return with(draft -> draft.gossip = value);
  }

  /** With another {@link #timing}. */
  public RouterConfig withTiming(RouterTiming value) {
    return with(draft -> draft.timing = value);
  }

  /** With other {@link #bounds}. */
  public RouterConfig withBounds(RouterBounds value) {
    return with(draft -> draft.bounds = value);
  }

  /** With another {@link #cache}. */
  public RouterConfig withCache(MessageCacheConfig value) {
    return with(draft -> draft.cache = value);
  }

  /** With scores and what they decide. */
  public RouterConfig withScores(ScoreParams params, ScoreThresholds decisions) {
    return with(
        draft -> {
          draft.scores = params;
          draft.thresholds = decisions;
        });
  }

  /** With another {@link #exchangePeers}. */
  public RouterConfig withExchangePeers(int value) {
    return with(draft -> draft.exchangePeers = value);
  }

  /** With another {@link #floodPublish}. */
  public RouterConfig withFloodPublish(boolean value) {
    return with(draft -> draft.floodPublish = value);
  }

  /** With another {@link #opportunisticGraftPeers}. */
  public RouterConfig withOpportunisticGraftPeers(int value) {
    return with(draft -> draft.opportunisticGraftPeers = value);
  }

  /** With other {@link #directPeers}. */
  public RouterConfig withDirectPeers(Set<PeerId> value) {
    return with(draft -> draft.directPeers = value);
  }

  /** With another {@link #subscriptionFilter}. */
  public RouterConfig withSubscriptionFilter(Predicate<? super TopicId> value) {
    return with(draft -> draft.subscriptionFilter = value);
  }
}
