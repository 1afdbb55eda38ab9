package io.ethpeerflow.gossipsub.router;

import static io.ethpeerflow.gossipsub.router.RouterFixture.SCORED;
import static io.ethpeerflow.gossipsub.router.RouterFixture.T;
import static io.ethpeerflow.gossipsub.router.RouterFixture.id;
import static io.ethpeerflow.gossipsub.router.RouterFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Our own messages: to the mesh, to everybody, or to a fanout. */
class PublishTest {
  private final RouterFixture fixture = new RouterFixture(SCORED.withFloodPublish(false));

  private static List<Remote> reached(RouterFixture where, int message) {
    return where.remotes.stream().filter(p -> p.published.contains(id(message))).toList();
  }

  @Test
  @Spec("gossipsub-1.0/publish")
  void anOwnMessageGoesToTheMeshAndIsDeliveredToOurselves() {
    fixture.subscribers(20);
    fixture.join(T);
    Publication outcome = fixture.publish(1);
    assertThat(outcome).isEqualTo(new Publication(id(1), false, 6, 0));
    assertThat(reached(fixture, 1)).containsExactlyElementsOf(fixture.mesh(T));
    assertThat(fixture.delivered).containsExactly(id(1));
    assertThat(fixture.asked).as("not validated").isEmpty();
  }

  @Test
  void whereTheMeshIsTooSmallOthersGetItToo() {
    List<Remote> peers = fixture.subscribers(10);
    fixture.join(T);
    peers.forEach(peer -> peer.prunes(T, 60));
    assertThat(fixture.mesh(T)).isEmpty();
    assertThat(fixture.publish(1).peers()).isEqualTo(6);
  }

  @Test
  @Spec("gossipsub-1.1/flood-publish")
  void anOwnMessageGoesToEverySubscriberWhenFlooding() {
    var flooding = new RouterFixture(SCORED);
    flooding.subscribers(20);
    flooding.peer(PubsubVersion.FLOODSUB).subscribes(T);
    Remote elsewhere = flooding.peer(PubsubVersion.GOSSIPSUB_1_2);
    flooding.join(T);
    assertThat(flooding.publish(1).peers()).isEqualTo(21);
    assertThat(reached(flooding, 1)).hasSize(21).doesNotContain(elsewhere);
    flooding.leave(T);
    assertThat(flooding.publish(2).peers()).isEqualTo(21);
  }

  @Test
  @Spec("gossipsub-1.1/publish-threshold")
  void aPeerBelowThePublishThresholdGetsNoOwnMessages() {
    for (boolean flood : new boolean[] {true, false}) {
      var any = new RouterFixture(SCORED.withFloodPublish(flood));
      Remote bad = any.subscriber();
      Remote poor = any.subscriber();
      Remote flooded = any.peer(PubsubVersion.FLOODSUB).subscribes(T);
      any.score(bad, -50.1);
      any.score(poor, -50);
      any.score(flooded, -50.1);
      any.publish(1);
      any.join(T);
      any.publish(2);
      assertThat(bad.published).isEmpty();
      assertThat(flooded.published).isEmpty();
      assertThat(poor.published).containsExactly(id(1), id(2));
    }
  }

  @Test
  void aMessageThatWasPublishedOrReceivedBeforeIsNotSentAgain() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    fixture.publish(1);
    assertThat(fixture.publish(1)).isEqualTo(new Publication(id(1), true, 0, 0));
    peer.sends(message(2));
    assertThat(fixture.publish(2)).isEqualTo(new Publication(id(2), true, 0, 0));
    assertThat(peer.published).containsExactly(id(1));
    assertThat(fixture.delivered).containsExactly(id(1), id(2));
  }

  @Test
  void whoeverCannotTakeItIsCounted() {
    fixture.join(T);
    fixture.subscribers(2);
    fixture.subscriber().takesPublished = false;
    assertThat(fixture.publish(1)).isEqualTo(new Publication(id(1), false, 2, 1));
  }

  @Test
  void withNobodyThereAMessageCanStillBeAskedFor() {
    assertThat(fixture.publish(1)).isEqualTo(new Publication(id(1), false, 0, 0));
    assertThat(fixture.delivered).as("we are not subscribed").isEmpty();
    assertThat(fixture.router.sizes().topics()).isZero();
    assertThat(fixture.subscriber().wants(id(1)).answered).containsExactly(id(1));
  }

  @Test
  @Spec("gossipsub-1.1/explicit-peers")
  void directPeersAndThoseOfFloodsubGetItBesideTheMesh() {
    var direct = RouterFixture.peerId(900);
    var any = new RouterFixture(SCORED.withFloodPublish(false).withDirectPeers(Set.of(direct)));
    any.subscribers(20);
    Remote explicit = any.peer(direct, PubsubVersion.GOSSIPSUB_1_2, true).subscribes(T);
    Remote flooded = any.peer(PubsubVersion.FLOODSUB).subscribes(T);
    any.score(explicit, -1000);
    assertThat(any.publish(1).peers()).isEqualTo(8);
    any.join(T);
    assertThat(any.publish(2).peers()).isEqualTo(8);
    assertThat(explicit.published).containsExactly(id(1), id(2));
    assertThat(flooded.published).containsExactly(id(1), id(2));
  }

  @Test
  @Spec("gossipsub-1.0/fanout-maintenance")
  void theSamePeersGetWhatIsPublishedWithoutASubscriptionForAMinute() {
    fixture.subscribers(40);
    fixture.publish(1);
    List<Remote> fanout = reached(fixture, 1);
    assertThat(fanout).hasSize(6);
    assertThat(fanout).allMatch(peer -> peer.grafts.isEmpty());
    fixture.heartbeats(59);
    fixture.publish(2);
    assertThat(reached(fixture, 2)).containsExactlyElementsOf(fanout);
    fixture.heartbeats(59);
    fixture.publish(3);
    assertThat(reached(fixture, 3)).containsExactlyElementsOf(fanout);
    fixture.heartbeats(60);
    fixture.publish(4);
    assertThat(reached(fixture, 4)).hasSize(6).isNotEqualTo(fanout);
  }

  @Test
  @Spec("gossipsub-1.0/fanout-maintenance")
  void whoeverLeavesAFanoutOrLosesItsScoreIsReplaced() {
    fixture.subscribers(9);
    fixture.publish(1);
    List<Remote> fanout = reached(fixture, 1);
    fanout.get(0).unsubscribes(T);
    fixture.remove(fanout.get(1));
    fixture.score(fanout.get(2), -50.1);
    fixture.heartbeat();
    fixture.publish(2);
    assertThat(reached(fixture, 2))
        .hasSize(6)
        .containsAll(fanout.subList(3, 6))
        .doesNotContainAnyElementsOf(fanout.subList(0, 3));
  }

  @Test
  void nothingIsLeftOfAFanoutWhoseTimeIsOver() {
    Remote peer = fixture.subscriber();
    fixture.publish(1);
    peer.unsubscribes(T);
    fixture.heartbeat();
    assertThat(fixture.router.sizes().topics()).isZero();
  }

  @Test
  @Spec("gossipsub-1.0/join")
  void aFanoutBecomesTheMeshWhenWeJoinButForThoseWhoAreNotFit() {
    fixture.subscribers(40);
    fixture.publish(1);
    List<Remote> fanout = reached(fixture, 1);
    fixture.score(fanout.get(0), -1);
    fixture.join(T);
    assertThat(fixture.mesh(T))
        .hasSize(6)
        .containsAll(fanout.subList(1, 6))
        .doesNotContain(fanout.get(0));
    assertThat(fanout.subList(1, 6)).allMatch(peer -> peer.grafts.equals(List.of(T)));
  }

  @Test
  void aFanoutEndsWhenWeJoin() {
    fixture.subscribers(40);
    fixture.publish(1);
    fixture.join(T);
    fixture.leave(T);
    fixture.publish(2);
    assertThat(reached(fixture, 2)).hasSize(6).isNotEqualTo(reached(fixture, 1));
  }

  @Test
  void nothingIsLeftOfATopicThatEverybodyLeftWhenItsBackoffsAreOver() {
    fixture.join(T);
    fixture.remove(fixture.subscriber());
    Remote peer = fixture.subscriber();
    fixture.leave(T);
    peer.unsubscribes(T);
    fixture.heartbeats(10);
    assertThat(fixture.router.sizes().topics()).as("within the slack").isEqualTo(1);
    fixture.heartbeat();
    assertThat(fixture.router.sizes().topics()).isZero();
  }
}
