package io.ethpeerflow.gossipsub.router;

import static io.ethpeerflow.gossipsub.router.RouterFixture.T;
import static io.ethpeerflow.gossipsub.router.RouterFixture.U;
import static io.ethpeerflow.gossipsub.router.RouterFixture.peerId;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.router.RouterFixture.Breached;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets into a mesh and out of it: GRAFT, PRUNE, backoffs and what a heartbeat mends. */
class MeshTest {
  private static final PeerId DIRECT = peerId(900);

  private final RouterFixture fixture = new RouterFixture(RouterConfig.DEFAULT);

  @Test
  @Spec("pubsub/hello")
  void aPeerHearsOurSubscriptionsAtOnceAndThenEveryChange() {
    fixture.join(T);
    Remote peer = fixture.peer(PubsubVersion.GOSSIPSUB_1_1);
    assertThat(peer.subscriptions).containsExactly(Subscription.to(T));
    fixture.join(U);
    fixture.join(U);
    fixture.leave(T);
    assertThat(peer.subscriptions)
        .containsExactly(Subscription.to(T), Subscription.to(U), Subscription.end(T));
  }

  @Test
  @Spec("gossipsub-1.0/join")
  void joiningGraftsAsManyAsAMeshShouldHave() {
    fixture.subscribers(20);
    Remote elsewhere = fixture.peer(PubsubVersion.GOSSIPSUB_1_2).subscribes(U);
    fixture.join(T);
    List<Remote> mesh = fixture.mesh(T);
    assertThat(mesh).hasSize(6).doesNotContain(elsewhere);
    assertThat(mesh).allMatch(peer -> peer.grafts.equals(List.of(T)));
    assertThat(fixture.notIn(mesh)).allMatch(peer -> peer.grafts.isEmpty());
  }

  @Test
  @Spec({"gossipsub-1.0/leave", "gossipsub-1.1/unsubscribe-backoff"})
  void leavingPrunesTheMeshForAShorterTime() {
    fixture.subscribers(8);
    fixture.join(T);
    List<Remote> mesh = fixture.mesh(T);
    fixture.leave(T);
    assertThat(fixture.router.mesh(T)).isEmpty();
    assertThat(fixture.router.joined()).isEmpty();
    assertThat(mesh).allMatch(peer -> peer.prunes.equals(List.of(new Prune(T, List.of(), 10))));
    assertThat(fixture.notIn(mesh)).allMatch(peer -> peer.prunes.isEmpty());

    fixture.clear();
    fixture.join(T);
    assertThat(fixture.mesh(T)).doesNotContainAnyElementsOf(mesh);
    fixture.heartbeats(9);
    assertThat(fixture.mesh(T)).hasSize(2);
    fixture.heartbeats(2);
    assertThat(fixture.mesh(T)).hasSize(6);
  }

  @Test
  @Spec("gossipsub-1.0/graft")
  void aGraftMakesAPeerOfTheMeshWithoutAnAnswer() {
    fixture.join(T);
    Remote peer = fixture.peer(PubsubVersion.GOSSIPSUB_1_1).grafts(T).grafts(T);
    assertThat(fixture.mesh(T)).containsExactly(peer);
    assertThat(peer.grafts).isEmpty();
    assertThat(peer.prunes).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.1/graft-unknown")
  void aGraftOfATopicThatWeAreNotSubscribedToIsNotAnswered() {
    Remote peer = fixture.subscriber();
    peer.grafts(T).grafts(U);
    assertThat(peer.prunes).isEmpty();
    assertThat(fixture.router.mesh(T)).isEmpty();
    assertThat(fixture.router.sizes().topics()).isEqualTo(1);
    assertThat(fixture.breaches).isEmpty();
  }

  @Test
  @Spec({"gossipsub-1.0/prune", "gossipsub-1.1/prune-backoff"})
  void aPruneTakesAPeerOutForAsLongAsItSays() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    assertThat(fixture.mesh(T)).containsExactly(peer);
    peer.prunes(T, 20);
    assertThat(fixture.mesh(T)).isEmpty();
    assertThat(peer.prunes).isEmpty();
    peer.clear();
    fixture.heartbeats(20);
    assertThat(peer.grafts).isEmpty();
    fixture.heartbeat();
    assertThat(peer.grafts).containsExactly(T);
  }

  @ParameterizedTest
  @EnumSource(names = {"GOSSIPSUB_1_0", "GOSSIPSUB_1_1"})
  void aPruneThatDoesNotSayHowLongCountsAsOurOwn(PubsubVersion version) {
    fixture.join(T);
    Remote peer = fixture.peer(version).subscribes(T);
    peer.prunes(T, Prune.NO_BACKOFF);
    peer.clear();
    fixture.heartbeats(60);
    assertThat(peer.grafts).isEmpty();
    fixture.heartbeat();
    assertThat(peer.grafts).containsExactly(T);
  }

  @Test
  void noPeerCanMakeUsWaitForMoreThanAnHour() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, Long.MAX_VALUE);
    peer.clear();
    fixture.advance(Duration.ofSeconds(3599));
    fixture.heartbeat();
    assertThat(peer.grafts).isEmpty();
    fixture.heartbeat();
    assertThat(peer.grafts).containsExactly(T);
  }

  @Test
  void aShorterBackoffDoesNotEndALongerOne() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, 50).prunes(T, 1);
    peer.clear();
    fixture.heartbeats(50);
    assertThat(peer.grafts).isEmpty();
    fixture.heartbeat();
    assertThat(peer.grafts).containsExactly(T);
  }

  @Test
  void theOldestBackoffIsForgottenWhenThereAreTooMany() {
    var bounded =
        new RouterFixture(
            RouterConfig.DEFAULT.withBackoff(
                BackoffParams.DEFAULT.withBounds(Duration.ofHours(1), 2)));
    bounded.join(T);
    List<Remote> peers = bounded.subscribers(3);
    peers.forEach(peer -> peer.prunes(T, 60));
    bounded.clear();
    bounded.heartbeat();
    assertThat(bounded.mesh(T)).containsExactly(peers.get(0));
  }

  @Test
  void whoeverWePrunedMayGraftAgainBeforeWeDo() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, 20);
    fixture.heartbeats(20);
    assertThat(fixture.mesh(T)).isEmpty();
    peer.grafts(T);
    assertThat(fixture.mesh(T)).containsExactly(peer);
    assertThat(fixture.breaches).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.1/graft-backoff")
  void aGraftDuringTheBackoffIsRefusedAndProlongsItAndIsABreach() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, 60);
    fixture.advance(Duration.ofSeconds(11));
    peer.grafts(T);
    assertThat(fixture.mesh(T)).isEmpty();
    assertThat(peer.prunes).containsExactly(new Prune(T, List.of(), 60));
    assertThat(fixture.breaches).containsExactly(new Breached(peer.id, Breach.GRAFT_IN_BACKOFF, 1));
    peer.clear();
    fixture.heartbeats(60);
    assertThat(peer.grafts).isEmpty();
    fixture.heartbeat();
    assertThat(peer.grafts).containsExactly(T);
  }

  @Test
  @Spec("gossipsub-1.1/graft-backoff")
  void aGraftRightAfterThePruneIsTwoBreaches() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, 60);
    fixture.advance(Duration.ofSeconds(9));
    peer.grafts(T);
    assertThat(fixture.breaches).containsExactly(new Breached(peer.id, Breach.GRAFT_IN_BACKOFF, 2));
  }

  @Test
  @Spec("gossipsub-1.1/graft-full")
  void onlyWhomWeDialedGetsIntoAMeshThatIsFull() {
    fixture.join(T);
    List<Remote> first = fixture.subscribers(12);
    first.forEach(peer -> peer.grafts(T));
    Remote inbound = fixture.subscriber().grafts(T);
    Remote outbound = fixture.outboundSubscriber().grafts(T);
    assertThat(fixture.mesh(T)).containsAll(first).contains(outbound).hasSize(13);
    assertThat(inbound.prunes).containsExactly(new Prune(T, List.of(), 60));
    assertThat(fixture.breaches).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.0/mesh-maintenance")
  void aMeshThatIsTooSmallIsFilledUp() {
    fixture.join(T);
    List<Remote> peers = fixture.subscribers(20);
    assertThat(fixture.mesh(T)).as("without waiting").hasSize(5);
    fixture.heartbeat();
    assertThat(fixture.mesh(T)).as("5 will do").hasSize(5);
    fixture.mesh(T).get(0).prunes(T, 60);
    fixture.heartbeat();
    assertThat(fixture.mesh(T)).hasSize(6);
    assertThat(peers.stream().filter(peer -> peer.grafts.contains(T))).hasSize(7);
  }

  @Test
  @Spec("gossipsub-1.0/mesh-maintenance")
  void aMeshThatIsTooLargeIsPrunedDownToWhatItShouldHave() {
    fixture.join(T);
    for (int i = 0; i < 14; i++) {
      fixture.outboundSubscriber().grafts(T);
    }
    assertThat(fixture.mesh(T)).hasSize(14);
    fixture.heartbeat();
    List<Remote> mesh = fixture.mesh(T);
    assertThat(mesh).hasSize(6).allMatch(peer -> peer.prunes.isEmpty());
    assertThat(fixture.notIn(mesh))
        .allMatch(peer -> peer.prunes.equals(List.of(new Prune(T, List.of(), 60))));
  }

  @Test
  void aMeshOfTheMostThatIsAllowedIsLeftAlone() {
    fixture.join(T);
    fixture.subscribers(10).forEach(peer -> peer.grafts(T));
    fixture.outboundSubscriber().grafts(T);
    fixture.outboundSubscriber().grafts(T);
    fixture.heartbeat();
    assertThat(fixture.mesh(T)).hasSize(12);
  }

  @Test
  @Spec("gossipsub-1.1/outbound-quota")
  void aMeshOfWhoeverDialedUsGetsSomeWhomWeDialed() {
    fixture.join(T);
    List<Remote> inbound = fixture.subscribers(8);
    inbound.forEach(peer -> peer.grafts(T));
    Remote one = fixture.outboundSubscriber();
    Remote another = fixture.outboundSubscriber();
    Remote third = fixture.outboundSubscriber();
    assertThat(fixture.mesh(T)).doesNotContain(one, another, third);
    fixture.heartbeat();
    assertThat(fixture.mesh(T)).hasSize(10).containsAll(inbound);
    fixture.heartbeat();
    assertThat(fixture.mesh(T)).as("two are enough").hasSize(10);
  }

  @Test
  @Spec("gossipsub-1.1/explicit-peers")
  void aDirectPeerIsInNoMesh() {
    var withDirect = new RouterFixture(RouterConfig.DEFAULT.withDirectPeers(Set.of(DIRECT)));
    withDirect.join(T);
    Remote peer = withDirect.peer(DIRECT, PubsubVersion.GOSSIPSUB_1_2, true).subscribes(T);
    withDirect.heartbeat();
    peer.grafts(T);
    withDirect.heartbeat();
    assertThat(withDirect.mesh(T)).isEmpty();
    assertThat(peer.grafts).isEmpty();
    assertThat(peer.prunes).containsExactly(new Prune(T, List.of(), 60));
    assertThat(withDirect.breaches).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(PubsubVersion.class)
  @Spec("gossipsub-1.1/direct-connect")
  void aDirectPeerThatIsGoneIsConnectedToAtTheFirstHeartbeatAndThenNowAndAgain(
      PubsubVersion version) {
    RouterConfig config = RouterConfig.DEFAULT.withDirectPeers(Set.of(DIRECT));
    var withDirect =
        new RouterFixture(config.withTiming(RouterTiming.DEFAULT.withHeartbeats(10, 60)));
    withDirect.heartbeat();
    assertThat(withDirect.connects).hasSize(1).allMatch(c -> c.peer().equals(DIRECT));
    withDirect.heartbeats(9);
    assertThat(withDirect.connects).hasSize(1);
    withDirect.heartbeat();
    assertThat(withDirect.connects).hasSize(2);
    withDirect.peer(DIRECT, version, true);
    withDirect.heartbeats(20);
    assertThat(withDirect.connects).hasSize(2);
  }

  @Test
  @Spec("gossipsub-1.1/direct-connect")
  void aDirectPeerCanBeConnectedToAtEveryHeartbeat() {
    RouterConfig config = RouterConfig.DEFAULT.withDirectPeers(Set.of(DIRECT));
    var eager = new RouterFixture(config.withTiming(RouterTiming.DEFAULT.withHeartbeats(1, 60)));
    eager.heartbeats(3);
    assertThat(eager.connects).hasSize(3);
  }

  @Test
  void aPeerOfFloodsubIsInNoMesh() {
    fixture.join(T);
    Remote peer = fixture.peer(PubsubVersion.FLOODSUB).subscribes(T).grafts(T);
    fixture.heartbeat();
    assertThat(fixture.mesh(T)).isEmpty();
    assertThat(peer.grafts).isEmpty();
    assertThat(peer.prunes).isEmpty();
  }

  @Test
  void aPeerOf10IsPrunedWithoutABackoff() {
    fixture.join(T);
    Remote peer = fixture.peer(PubsubVersion.GOSSIPSUB_1_0).subscribes(T);
    assertThat(peer.grafts).containsExactly(T);
    fixture.leave(T);
    assertThat(peer.prunes).containsExactly(new Prune(T, List.of(), Prune.NO_BACKOFF));
  }

  @Test
  void aPeerThatUnsubscribesIsOutOfTheMesh() {
    fixture.join(T);
    Remote peer = fixture.subscriber().unsubscribes(T);
    assertThat(fixture.mesh(T)).isEmpty();
    assertThat(fixture.router.subscribers(T)).isEmpty();
    assertThat(peer.prunes).isEmpty();
    assertThat(peer.subscribes(T).grafts).as("and may come back").containsExactly(T, T);
  }

  @Test
  void aPeerThatUnsubscribesFromWhatItOnlyGraftedIsOutOfTheMesh() {
    fixture.join(T);
    fixture.peer(PubsubVersion.GOSSIPSUB_1_2).grafts(T).unsubscribes(T);
    assertThat(fixture.mesh(T)).isEmpty();
  }

  @Test
  void aPeerThatLeavesIsOutOfEverything() {
    fixture.join(T);
    Remote subscribed = fixture.subscriber();
    Remote grafted = fixture.peer(PubsubVersion.GOSSIPSUB_1_2).grafts(T);
    subscribed.subscribes(U);
    fixture.remove(subscribed);
    fixture.remove(grafted);
    fixture.remove(grafted);
    assertThat(fixture.router.mesh(T)).isEmpty();
    assertThat(fixture.router.subscribers(T)).isEmpty();
    assertThat(fixture.router.peers()).isEmpty();
    assertThat(fixture.router.sizes().topics()).isEqualTo(1);
    fixture.clear();
    subscribed.grafts(T);
    fixture.publish(1);
    fixture.heartbeat();
    assertThat(subscribed.calls).isEmpty();
    assertThat(fixture.router.mesh(T)).isEmpty();
  }

  @Test
  void aBackoffOutlivesTheConnection() {
    fixture.join(T);
    Remote peer = fixture.subscriber().prunes(T, 60);
    fixture.remove(peer);
    Remote again = fixture.peer(peer.id, PubsubVersion.GOSSIPSUB_1_2, false).subscribes(T);
    fixture.heartbeats(50);
    assertThat(again.grafts).isEmpty();
  }

  @Test
  void subscriptionsBeyondTheBoundAndThoseTheFilterRefusesAreNotNoted() {
    var bounded =
        new RouterFixture(
            RouterConfig.DEFAULT
                .withBounds(RouterBounds.DEFAULT.withMaxTopicsPerPeer(1))
                .withSubscriptionFilter(topic -> !topic.equals(T)));
    Remote peer = bounded.subscriber().subscribes(U);
    peer.says(Rpc.subscribing(Subscription.to(TopicId.of("v"))));
    assertThat(bounded.router.sizes().topics()).isEqualTo(1);
    assertThat(bounded.router.subscribers(U)).containsExactly(peer.id);
    peer.unsubscribes(U);
    assertThat(bounded.router.sizes().topics()).isZero();
  }
}
