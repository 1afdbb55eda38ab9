package io.ethpeerflow.gossipsub.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.cache.MessageCacheConfig;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.ScoreParams;
import io.ethpeerflow.gossipsub.score.TopicScoreParams;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds after every heartbeat, whatever peers and users did, with bounds that are narrow. */
final class RouterInvariants {
  static final List<TopicId> TOPICS =
      List.of(
          TopicId.EMPTY,
          TopicId.of("a"),
          TopicId.of("b"),
          TopicId.of("c"),
          TopicId.of("d"),
          TopicId.of("e"));
  static final PeerId DIRECT = RouterFixture.peerId(3);
  static final RouterConfig NARROW =
      RouterFixture.SCORED
          .withScores(
              RouterFixture.SCORED
                  .scores()
                  .withBehaviour(new ScoreParams.Behaviour(-0.2, 0.3, 3))
                  .withTopics(
                      Map.of(
                          TOPICS.get(1),
                          TopicScoreParams.OFF
                              .with(new TopicScoreParams.FirstDeliveries(1, 0.9, 20))
                              .with(new TopicScoreParams.InvalidMessages(-1, 0.5)))),
              RouterFixture.SCORED.thresholds())
          .withMesh(new MeshParams(4, 3, 6, 2, 2, 3, 0.25))
          .withBackoff(
              BackoffParams.DEFAULT
                  .withFloodThreshold(Duration.ofSeconds(2))
                  .withBackoffs(Duration.ofSeconds(6), Duration.ofSeconds(2))
                  .withBounds(Duration.ofSeconds(20), 5))
          .withGossip(new GossipParams(20, 4, Duration.ofSeconds(3), 10, 100, 15, 3))
          .withTiming(
              RouterTiming.DEFAULT
                  .withTimeToLive(Duration.ofSeconds(12), Duration.ofSeconds(5))
                  .withHeartbeats(5, 4))
          .withBounds(new RouterBounds(40, 3, 4, 500, 10))
          .withCache(MessageCacheConfig.DEFAULT.withMaxMessages(20).withMaxTransmissions(2))
          .withExchangePeers(2)
          .withDirectPeers(Set.of(DIRECT));

  private RouterInvariants() {}

  /** Checks what a router shows, and what it told its peers since they were cleared last. */
  static void check(RouterFixture fixture, RouterConfig config, Collection<Remote> present) {
    Router router = fixture.router;
    MeshParams mesh = config.mesh();
    int most = mesh.dHigh() + mesh.dOut() + config.opportunisticGraftPeers();
    List<PeerId> peers = router.peers();
    assertThat(peers).containsExactlyInAnyOrderElementsOf(present.stream().map(r -> r.id).toList());
    for (TopicId topic : TOPICS) {
      List<PeerId> members = router.mesh(topic);
      assertThat(members).hasSizeLessThanOrEqualTo(most).doesNotHaveDuplicates();
      assertThat(peers).containsAll(members).containsAll(router.subscribers(topic));
      assertThat(members)
          .doesNotContain(DIRECT)
          .allMatch(peer -> router.version(peer) != PubsubVersion.FLOODSUB)
          .allMatch(peer -> router.score(peer) >= 0);
      assertThat(members.isEmpty() || router.joined().contains(topic)).isTrue();
      assertThat(router.subscribers(topic)).doesNotHaveDuplicates();
    }
    Router.Sizes sizes = router.sizes();
    RouterBounds bounds = config.bounds();
    assertThat(sizes.seen()).isLessThanOrEqualTo(bounds.maxSeenIds());
    assertThat(sizes.cached()).isLessThanOrEqualTo(config.cache().maxMessages());
    assertThat(sizes.promises()).isLessThanOrEqualTo(config.gossip().maxPromises());
    assertThat(sizes.validating()).isLessThanOrEqualTo(bounds.maxValidating());
    assertThat(sizes.topics())
        .isLessThanOrEqualTo(present.size() * bounds.maxTopicsPerPeer() + TOPICS.size());
    for (Remote remote : present) {
      checkTold(remote, config);
    }
  }

  private static void checkTold(Remote remote, RouterConfig config) {
    int maxIds = config.gossip().maxIhaveIds();
    assertThat(remote.iwants).hasSizeLessThanOrEqualTo(maxIds);
    assertThat(remote.ihaves).allMatch(ihave -> ihave.ids().count() <= maxIds);
    for (Prune prune : remote.prunes) {
      assertThat(prune.peers()).hasSizeLessThanOrEqualTo(config.exchangePeers());
    }
    assertThat(remote.extensions).hasSizeLessThanOrEqualTo(1);
  }
}
