package io.ethpeerflow.gossipsub.router;

import static io.ethpeerflow.gossipsub.router.RouterFixture.SCORED;
import static io.ethpeerflow.gossipsub.router.RouterFixture.T;
import static io.ethpeerflow.gossipsub.router.RouterFixture.U;
import static io.ethpeerflow.gossipsub.router.RouterFixture.id;
import static io.ethpeerflow.gossipsub.router.RouterFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.router.RouterFixture.Breached;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is told at heartbeats, asked for, and answered: IHAVE and IWANT. */
class GossipTest {
  private final RouterFixture fixture = new RouterFixture(SCORED.withFloodPublish(false));

  private static RouterFixture with(GossipParams params) {
    return new RouterFixture(SCORED.withFloodPublish(false).withGossip(params));
  }

  private static MessageId[] ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(RouterFixture::id).toArray(MessageId[]::new);
  }

  @Test
  @Spec("gossipsub-1.0/gossip-emission")
  void someOutsideOfTheMeshAreToldWhatThereWas() {
    fixture.subscribers(20);
    Remote flooded = fixture.peer(PubsubVersion.FLOODSUB).subscribes(T);
    fixture.join(T);
    List<Remote> mesh = fixture.mesh(T);
    fixture.publish(1);
    fixture.publish(2);
    fixture.heartbeat();
    List<Remote> told = fixture.remotes.stream().filter(p -> !p.ihaves.isEmpty()).toList();
    assertThat(told).hasSize(6).doesNotContainAnyElementsOf(mesh).doesNotContain(flooded);
    assertThat(told)
        .allMatch(p -> p.ihaves.equals(List.of(new IHave(T, MessageIds.of(id(1), id(2))))));
  }

  @Test
  @Spec("gossipsub-1.1/adaptive-gossip")
  void aQuarterIsToldWhenThatIsMoreThanTheLeast() {
    fixture.subscribers(46);
    fixture.join(T);
    fixture.publish(1);
    fixture.heartbeat();
    assertThat(fixture.remotes.stream().filter(p -> !p.ihaves.isEmpty())).hasSize(10);
  }

  @Test
  void idsAreToldForThreeHeartbeatsAndOnlyWhenThereAreAny() {
    Remote outside = fixture.subscriber();
    fixture.join(T);
    outside.prunes(T, 60);
    fixture.heartbeat();
    assertThat(outside.ihaves).isEmpty();
    fixture.verdict = Verdict.ACCEPT;
    fixture.subscriber().sends(message(1));
    fixture.heartbeats(5);
    assertThat(outside.ihaves).hasSize(3);
  }

  @Test
  void whatWasNotAcceptedIsNotTold() {
    Remote outside = fixture.subscriber();
    fixture.join(T);
    outside.prunes(T, 60);
    fixture.verdict = Verdict.REJECT;
    fixture.subscriber().sends(message(1));
    fixture.verdict = null;
    fixture.subscriber().sends(message(2));
    fixture.heartbeat();
    assertThat(outside.ihaves).isEmpty();
  }

  @Test
  void aFanoutHasItsGossipToo() {
    fixture.subscribers(10);
    fixture.publish(1);
    List<Remote> fanout =
        fixture.remotes.stream().filter(p -> p.published.contains(id(1))).toList();
    assertThat(fanout).hasSize(6);
    fixture.heartbeat();
    assertThat(fixture.remotes.stream().filter(p -> !p.ihaves.isEmpty()))
        .containsExactlyElementsOf(fixture.notIn(fanout));
  }

  @Test
  void moreIdsThanMayBeToldAtOnceAreToldInPart() {
    var bounded = with(GossipParams.DEFAULT.withIhave(3, 10));
    Remote outside = bounded.subscriber();
    bounded.join(T);
    outside.prunes(T, 60);
    IntStream.range(0, 10).forEach(bounded::publish);
    bounded.heartbeat();
    assertThat(outside.ihaves).hasSize(1);
    assertThat(outside.ihaves.get(0).ids().toList())
        .hasSize(3)
        .doesNotHaveDuplicates()
        .isSubsetOf(ids(0, 10));
  }

  @Test
  @Spec("gossipsub-1.1/gossip-threshold")
  void aPeerBelowTheGossipThresholdIsNeitherToldNorAskedNorAnswered() {
    Remote bad = fixture.subscriber();
    Remote poor = fixture.subscriber();
    fixture.score(bad, -10.1);
    fixture.score(poor, -10);
    fixture.join(T);
    fixture.publish(1);
    fixture.heartbeat();
    assertThat(bad.ihaves).isEmpty();
    assertThat(poor.ihaves).hasSize(1);
    fixture.clear();
    bad.has(T, id(7)).wants(id(1));
    poor.has(T, id(8)).wants(id(1));
    assertThat(bad.calls).isEmpty();
    assertThat(poor.iwants).containsExactly(id(8));
    assertThat(poor.answered).containsExactly(id(1));
  }

  @Test
  @Spec("gossipsub-1.0/ihave")
  void whatWasNotSeenIsAskedForOnce() {
    fixture.join(T);
    Remote peer = fixture.subscriber().sends(message(1));
    peer.has(T, id(1), id(2), id(3), id(2));
    assertThat(peer.iwants).containsExactlyInAnyOrder(id(2), id(3));
  }

  @Test
  void nothingIsAskedForOfTopicsThatWeAreNotSubscribedTo() {
    fixture.join(T);
    Remote peer = fixture.subscriber().has(U, id(1));
    assertThat(peer.iwants).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.1/ihave-spam")
  void aPeerIsAskedForABoundedNumberOfMessagesBetweenHeartbeats() {
    var bounded = with(GossipParams.DEFAULT.withIhave(5, 10));
    bounded.join(T);
    Remote peer = bounded.subscriber().has(T, ids(0, 3)).has(T, ids(10, 20));
    assertThat(peer.iwants).hasSize(5).contains(ids(0, 3));
    peer.has(T, id(99));
    assertThat(peer.iwants).hasSize(5);
    bounded.heartbeat();
    peer.has(T, id(99));
    assertThat(peer.iwants).hasSize(6).contains(id(99));
  }

  @Test
  void idsBeyondTheBoundOfOneIhaveAreNotLookedAt() {
    var bounded = with(GossipParams.DEFAULT.withIhave(5, 10));
    bounded.join(T);
    Remote peer = bounded.subscriber();
    for (int i = 0; i < 5; i++) {
      peer.sends(message(i));
    }
    peer.has(T, ids(0, 6));
    assertThat(peer.iwants).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.1/ihave-spam")
  void theEleventhIhaveBetweenHeartbeatsIsNotLookedAt() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    for (int i = 0; i < 11; i++) {
      peer.has(T, id(i));
    }
    assertThat(peer.iwants).containsExactly(ids(0, 10));
    fixture.heartbeat();
    peer.has(T, id(10));
    assertThat(peer.iwants).contains(id(10));
  }

  @Test
  void anIhaveForEachOfManyTopicsIsOne() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    var many = new Rpc.Builder();
    for (int i = 0; i < 20; i++) {
      many.ihave(new IHave(T, MessageIds.of(id(i))));
    }
    peer.says(many);
    assertThat(peer.iwants).containsExactlyInAnyOrder(ids(0, 20));
  }

  @Test
  @Spec("gossipsub-1.1/broken-promises")
  void aMessageThatWasAnnouncedAndDoesNotComeIsABreach() {
    fixture.join(T);
    Remote peer = fixture.subscriber().has(T, ids(0, 50)).has(T, ids(50, 60));
    fixture.heartbeats(2);
    assertThat(fixture.breaches).isEmpty();
    fixture.heartbeat();
    assertThat(fixture.breaches)
        .as("one of each IWANT")
        .containsExactly(new Breached(peer.id, Breach.BROKEN_PROMISE, 2));
    fixture.heartbeats(10);
    assertThat(fixture.breaches).hasSize(1);
    assertThat(fixture.router.sizes().promises()).isZero();
  }

  @Test
  @Spec("gossipsub-1.1/broken-promises")
  void aPromiseIsKeptWhoeverBringsTheMessage() {
    fixture.join(T);
    Remote first = fixture.subscriber().has(T, id(1));
    Remote second = fixture.subscriber().has(T, id(1));
    assertThat(second.iwants).containsExactly(id(1));
    fixture.verdict = null;
    first.sends(message(1));
    fixture.heartbeats(5);
    assertThat(fixture.breaches).isEmpty();
  }

  @Test
  void aPromiseIsKeptWhenWeAreTooBusyForTheMessage() {
    var busy = new RouterFixture(SCORED.withBounds(RouterBounds.DEFAULT.withMaxValidating(1)));
    busy.join(T);
    busy.verdict = null;
    busy.subscriber().sends(message(1));
    Remote honest = busy.subscriber().has(T, id(2)).sends(message(2));
    assertThat(busy.drops).containsExactly(new RouterFixture.Dropped(Drop.BUSY, honest.id));
    busy.heartbeats(5);
    assertThat(busy.breaches).isEmpty();
  }

  @Test
  void aPeerThatLeftBreaksNoPromise() {
    fixture.join(T);
    Remote peer = fixture.subscriber().has(T, id(1));
    fixture.remove(peer);
    fixture.heartbeats(5);
    assertThat(fixture.breaches).isEmpty();
    assertThat(fixture.router.sizes().promises()).isZero();
  }

  @Test
  void promisesBeyondTheBoundAreNotRemembered() {
    var bounded = with(new GossipParams(5000, 10, Duration.ofSeconds(3), 2, 1024, 1000, 3));
    bounded.join(T);
    Remote peer = bounded.subscriber().has(T, id(1)).has(T, id(2)).has(T, id(3));
    assertThat(bounded.router.sizes().promises()).isEqualTo(2);
    bounded.heartbeats(3);
    assertThat(bounded.breaches).containsExactly(new Breached(peer.id, Breach.BROKEN_PROMISE, 2));
  }

  @Test
  @Spec("gossipsub-1.0/iwant")
  void aPeerGetsAMessageThatItAsksForButNoMoreThanThreeTimes() {
    fixture.join(T);
    fixture.publish(1);
    Remote peer = fixture.peer(PubsubVersion.GOSSIPSUB_1_0);
    Remote other = fixture.peer(PubsubVersion.GOSSIPSUB_1_0);
    peer.wants(id(1), id(1)).wants(id(2), id(1), id(1)).wants(id(1));
    other.wants(id(1));
    assertThat(peer.answered).containsExactly(id(1), id(1), id(1));
    assertThat(other.answered).containsExactly(id(1));
    assertThat(fixture.breaches).isEmpty();
  }

  @Test
  void aMessageCanBeAskedForForFiveHeartbeats() {
    fixture.join(T);
    fixture.publish(1);
    Remote peer = fixture.subscriber();
    fixture.heartbeats(4);
    assertThat(peer.wants(id(1)).answered).hasSize(1);
    fixture.heartbeat();
    assertThat(peer.wants(id(1)).answered).hasSize(1);
    assertThat(fixture.router.sizes().cached()).isZero();
  }

  @Test
  void whatIsInValidationOrRefusedCannotBeAskedFor() {
    fixture.join(T);
    fixture.verdict = null;
    Remote peer = fixture.subscriber().sends(message(1)).sends(message(2)).sends(message(3));
    fixture.validated(2, Verdict.REJECT);
    fixture.validated(3, Verdict.IGNORE);
    peer.wants(id(1), id(2), id(3));
    assertThat(peer.answered).isEmpty();
  }

  @Test
  void aDirectPeerIsNotToldButMayAskWhateverItsScore() {
    var direct = RouterFixture.peerId(900);
    var withDirect = new RouterFixture(SCORED.withDirectPeers(Set.of(direct)));
    Remote peer = withDirect.peer(direct, PubsubVersion.GOSSIPSUB_1_1, true).subscribes(T);
    withDirect.join(T);
    withDirect.publish(1);
    withDirect.heartbeat();
    assertThat(peer.ihaves).isEmpty();
    withDirect.score(peer, -1000);
    assertThat(peer.wants(id(1)).answered).containsExactly(id(1));
    assertThat(peer.has(T, id(2)).iwants).containsExactly(id(2));
  }
}
