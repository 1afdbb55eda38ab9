package io.ethpeerflow.gossipsub.router;

import static io.ethpeerflow.gossipsub.router.RouterFixture.SCORED;
import static io.ethpeerflow.gossipsub.router.RouterFixture.T;
import static io.ethpeerflow.gossipsub.router.RouterFixture.peerId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.router.RouterFixture.Breached;
import io.ethpeerflow.gossipsub.router.RouterFixture.Connect;
import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.PeerInfo;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scores decide about meshes, peer exchange and whoever breaches the protocol. */
class MeshScoreTest {
  private final RouterFixture fixture = new RouterFixture(SCORED.withExchangePeers(3));

  @Test
  @Spec("gossipsub-1.1/prune-negative")
  void aPeerWithANegativeScoreIsPrunedWithoutRecommendations() {
    fixture.join(T);
    fixture.subscribers(4);
    Remote bad = fixture.subscriber();
    assertThat(fixture.mesh(T)).contains(bad);
    fixture.score(bad, -0.1);
    fixture.heartbeat();
    assertThat(fixture.mesh(T)).hasSize(4).doesNotContain(bad);
    assertThat(bad.prunes).containsExactly(new Prune(T, List.of(), 60));
  }

  @Test
  void aPeerWithANegativeScoreIsNotGrafted() {
    Remote bad = fixture.subscriber();
    fixture.score(bad, -0.1);
    fixture.join(T);
    fixture.heartbeat();
    assertThat(bad.grafts).isEmpty();
    bad.unsubscribes(T).subscribes(T);
    assertThat(bad.grafts).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.1/px")
  void aGraftOfAPeerWithANegativeScoreIsRefusedWithoutRecommendations() {
    fixture.join(T);
    fixture.subscribers(5);
    Remote bad = fixture.subscriber();
    fixture.score(bad, -0.1);
    bad.grafts(T);
    assertThat(fixture.mesh(T)).doesNotContain(bad);
    assertThat(bad.prunes).containsExactly(new Prune(T, List.of(), 60));
    assertThat(fixture.breaches).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.1/oversubscription")
  void theBestStayInAMeshThatIsTooLargeAndSoDoTwoWhomWeDialed() {
    fixture.join(T);
    for (int i = 0; i < 12; i++) {
      fixture.score(fixture.subscriber().grafts(T), i);
    }
    List<Remote> dialed = List.of(fixture.outboundSubscriber(), fixture.outboundSubscriber());
    dialed.forEach(peer -> peer.grafts(T));
    assertThat(fixture.mesh(T)).hasSize(14);
    fixture.heartbeat();
    assertThat(fixture.mesh(T))
        .hasSize(6)
        .containsAll(fixture.remotes.subList(8, 12))
        .containsAll(dialed);
  }

  @Test
  void whoStaysBesideTheBestIsLeftToChance() {
    List<List<Remote>> outcomes = new ArrayList<>();
    for (int seed = 0; seed < 8; seed++) {
      var any = new RouterFixture(SCORED, seed);
      any.join(T);
      for (int i = 0; i < 13; i++) {
        any.score(any.outboundSubscriber().grafts(T), 20 - i);
      }
      any.heartbeat();
      List<Remote> mesh = any.mesh(T);
      assertThat(mesh).hasSize(6).containsAll(any.remotes.subList(0, 4));
      outcomes.add(mesh);
    }
    assertThat(outcomes.stream().map(mesh -> mesh.get(4).id).distinct().count()).isGreaterThan(1);
  }

  @Test
  @Spec("gossipsub-1.1/px")
  void whoeverIsPrunedForRoomGetsRecommendationsWithTheirRecords() {
    var generous = new RouterFixture(SCORED.withExchangePeers(64));
    generous.join(T);
    List<Remote> peers = generous.subscribers(12);
    peers.forEach(peer -> peer.grafts(T));
    generous.score(generous.subscriber(), -1);
    generous.peer(PubsubVersion.FLOODSUB).subscribes(T);
    Remote pruned = generous.subscriber().grafts(T);
    assertThat(pruned.prunes).hasSize(1);
    assertThat(pruned.prunes.get(0).peers())
        .containsExactlyInAnyOrderElementsOf(
            peers.stream().map(p -> new PeerInfo(p.id.toBytes(), p.id.toBytes())).toList());
  }

  @Test
  void noMorePeersAreRecommendedThanTheBoundSays() {
    fixture.join(T);
    fixture.subscribers(12).forEach(peer -> peer.grafts(T));
    Remote pruned = fixture.subscriber().grafts(T);
    assertThat(pruned.prunes.get(0).peers()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void aPeerOf10GetsNoRecommendations() {
    fixture.join(T);
    fixture.subscribers(12).forEach(peer -> peer.grafts(T));
    Remote pruned = fixture.peer(PubsubVersion.GOSSIPSUB_1_0).subscribes(T).grafts(T);
    assertThat(pruned.prunes).containsExactly(new Prune(T, List.of(), Prune.NO_BACKOFF));
  }

  @ParameterizedTest
  @CsvSource({"9.9, 0", "10, 3"})
  @Spec("gossipsub-1.1/accept-px")
  void recommendationsOfGoodPeersAreFollowedButForNoMoreThanWeWouldGive(
      double score, int followed) {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    fixture.score(peer, score);
    List<PeerInfo> recommended = new ArrayList<>();
    recommended.add(new PeerInfo(null, new byte[] {1}));
    for (int i = 100; i < 110; i++) {
      recommended.add(new PeerInfo(peerId(i).toBytes(), new byte[] {1}));
    }
    peer.says(new Rpc.Builder().prune(new Prune(T, recommended.subList(1, 11), 60)));
    assertThat(fixture.connects).hasSize(followed).doesNotHaveDuplicates();
    assertThat(fixture.connects.stream().map(Connect::record)).doesNotContainNull();
    fixture.connects.clear();
    peer.says(new Rpc.Builder().prune(new Prune(T, recommended.subList(0, 1), 60)));
    assertThat(fixture.connects).as("nobody").isEmpty();
  }

  @Test
  @Spec("gossipsub-1.1/accept-px")
  void recommendationsForATopicThatWeAreNotSubscribedToAreNotFollowed() {
    Remote peer = fixture.subscriber();
    fixture.score(peer, 100);
    var other = new PeerInfo(peerId(100).toBytes(), null);
    peer.says(new Rpc.Builder().prune(new Prune(T, List.of(other), 60)));
    assertThat(fixture.connects).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.1/opportunistic-graft")
  void aMeshWhoseMedianIsLowGetsTwoBetterPeersNowAndAgain() {
    fixture.join(T);
    List<Remote> poor = fixture.subscribers(6);
    poor.forEach(peer -> fixture.score(peer.grafts(T), 0.5));
    List<Remote> better = fixture.subscribers(4);
    better.forEach(peer -> fixture.score(peer, 0.6));
    fixture.score(fixture.subscriber(), 0.5);
    fixture.heartbeats(59);
    assertThat(fixture.mesh(T)).containsExactlyElementsOf(poor);
    fixture.heartbeat();
    assertThat(fixture.mesh(T)).hasSize(8).containsAll(poor);
    assertThat(better.stream().filter(fixture.mesh(T)::contains)).hasSize(2);
  }

  @Test
  @Spec("gossipsub-1.1/opportunistic-graft")
  void aMeshWhoseMedianIsGoodEnoughIsLeftAlone() {
    fixture.join(T);
    List<Remote> good = fixture.subscribers(6);
    good.forEach(peer -> fixture.score(peer.grafts(T), 1));
    fixture.subscribers(4).forEach(peer -> fixture.score(peer, 50));
    fixture.heartbeats(60);
    assertThat(fixture.mesh(T)).containsExactlyElementsOf(good);
  }

  @Test
  @Spec("gossipsub-1.1/graft-backoff")
  void whoeverGraftsAgainAndAgainEndsBelowTheGraylistThreshold() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, 60);
    for (int i = 0; i < 5; i++) {
      peer.grafts(T);
    }
    assertThat(fixture.router.score(peer.id)).isEqualTo(-100);
    peer.clear();
    peer.grafts(T);
    assertThat(fixture.graylisted).containsExactly(peer.id);
    assertThat(peer.calls).isEmpty();
  }

  @Test
  void aPeerThatMakesUsDropTooMuchIsInBreach() {
    Remote peer = fixture.subscriber();
    peer.dropped = 256;
    fixture.heartbeat();
    assertThat(fixture.breaches).isEmpty();
    peer.dropped = 257;
    fixture.heartbeat();
    fixture.heartbeat();
    assertThat(fixture.breaches).containsExactly(new Breached(peer.id, Breach.TOO_SLOW, 1));
  }

  @Test
  @Spec("gossipsub-1.3/extensions-once")
  void extensionsThatComeAgainOrTooLateAreABreach() {
    var mine = new Extensions(false, false);
    Remote once = fixture.peer(PubsubVersion.GOSSIPSUB_1_3);
    assertThat(once.calls).first().isEqualTo("extensions " + mine);
    once.says(new Rpc.Builder().extensions(mine));
    assertThat(fixture.breaches).isEmpty();
    once.says(new Rpc.Builder().extensions(mine));
    Remote late = fixture.peer(PubsubVersion.GOSSIPSUB_1_3).subscribes(T);
    late.says(new Rpc.Builder().extensions(mine));
    assertThat(fixture.breaches)
        .containsExactly(
            new Breached(once.id, Breach.LATE_EXTENSIONS, 1),
            new Breached(late.id, Breach.LATE_EXTENSIONS, 1));
  }

  @Test
  @Spec("gossipsub-1.3/extensions-once")
  void extensionsMeanNothingBefore13() {
    Remote peer = fixture.subscriber();
    peer.says(new Rpc.Builder().extensions(new Extensions(true, true)));
    assertThat(peer.extensions).isEmpty();
    assertThat(fixture.breaches).isEmpty();
  }

  @Test
  void aScoreOutlivesTheConnection() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, 60).grafts(T);
    fixture.remove(peer);
    Remote again = fixture.peer(peer.id, PubsubVersion.GOSSIPSUB_1_2, false);
    assertThat(fixture.router.score(again.id)).isEqualTo(-4);
  }

  @Test
  void aBreachIsForgivenBitByBitButAPauseIsOneBit() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, 60).grafts(T);
    fixture.heartbeat();
    assertThat(fixture.router.score(peer.id)).isEqualTo(-4);
    fixture.heartbeat();
    assertThat(fixture.router.score(peer.id)).isCloseTo(-Math.pow(2 * 0.999, 2), within(1e-9));
    fixture.advance(Duration.ofSeconds(100));
    fixture.heartbeat();
    assertThat(fixture.router.score(peer.id))
        .isCloseTo(-Math.pow(2 * 0.999 * 0.999, 2), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5 6 12 4 2", "6 0 12 4 2", "6 5 5 4 2", "6 5 12 7 2", "6 5 12 4 5", "4 4 9 4 3"})
  @Spec("gossipsub-1.1/mesh-params")
  void sizesOfAMeshThatContradictEachOtherAreRefused(String sizes) {
    int[] s = List.of(sizes.split(" ")).stream().mapToInt(Integer::parseInt).toArray();
    assertThatThrownBy(() -> MeshParams.DEFAULT.withMesh(s[0], s[1], s[2], s[3], s[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("d\\w+: \\d .*");
  }
}
