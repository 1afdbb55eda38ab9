package io.ethpeerflow.gossipsub.router;

import static io.ethpeerflow.gossipsub.router.RouterFixture.SCORED;
import static io.ethpeerflow.gossipsub.router.RouterFixture.SELF;
import static io.ethpeerflow.gossipsub.router.RouterFixture.T;
import static io.ethpeerflow.gossipsub.router.RouterFixture.U;
import static io.ethpeerflow.gossipsub.router.RouterFixture.id;
import static io.ethpeerflow.gossipsub.router.RouterFixture.message;
import static io.ethpeerflow.gossipsub.router.RouterFixture.messageBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.router.RouterFixture.Dropped;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.score.ScoreThresholds;
import io.ethpeerflow.gossipsub.score.TopicScoreParams;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of a message that a peer brings: validation, delivery, and whom it is forwarded to. */
class PropagationTest {
  /** Whoever brings something invalid is scored too. */
  private static final RouterConfig WITH_P4 =
      SCORED.withScores(
          SCORED
              .scores()
              .withTopics(
                  Map.of(
                      T, TopicScoreParams.OFF.with(new TopicScoreParams.InvalidMessages(-1, 0.9)))),
          SCORED.thresholds());

  private final RouterFixture fixture = new RouterFixture(WITH_P4);

  private void expectDropped(Drop why, Remote via) {
    assertThat(fixture.drops).containsExactly(new Dropped(why, via.id));
    assertThat(fixture.delivered).isEmpty();
    assertThat(fixture.router.validating()).isZero();
    assertThat(fixture.router.sizes().cached()).isZero();
    assertThat(fixture.remotes).allMatch(remote -> remote.forwarded.isEmpty());
  }

  @Test
  @Spec({"gossipsub-1.0/forward", "gossipsub-1.1/validators"})
  void aMessageIsForwardedToTheMeshOnceItIsValidButNotToWhoeverHasIt() {
    fixture.verdict = null;
    fixture.join(T);
    Remote bringer = fixture.subscriber();
    Remote another = fixture.subscriber();
    Remote author = fixture.subscriber();
    Remote lacking = fixture.subscriber();
    Remote outside = fixture.subscriber().prunes(T, 60);
    Message message = messageBy(author.id, 1);
    bringer.sends(message);
    another.sends(message);
    assertThat(lacking.forwarded).isEmpty();
    assertThat(fixture.delivered).isEmpty();
    fixture.validated(1, Verdict.ACCEPT);
    assertThat(fixture.delivered).containsExactly(id(1));
    assertThat(lacking.forwarded).containsExactly(id(1));
    assertThat(bringer.forwarded).isEmpty();
    assertThat(another.forwarded).isEmpty();
    assertThat(author.forwarded).isEmpty();
    assertThat(outside.forwarded).isEmpty();
    fixture.validated(1, Verdict.ACCEPT);
    fixture.validated(77, Verdict.ACCEPT);
    assertThat(fixture.delivered).containsExactly(id(1));
    assertThat(lacking.forwarded).containsExactly(id(1));
  }

  @Test
  void aMessageThatComesAgainIsValidatedOnceAndCancelledForWhoeverBringsIt() {
    fixture.join(T);
    Remote first = fixture.subscriber().sends(message(1)).sends(message(1));
    Remote second = fixture.subscriber().sends(message(1));
    assertThat(fixture.asked).containsExactly(id(1));
    assertThat(fixture.delivered).containsExactly(id(1));
    assertThat(fixture.duplicates).containsExactly(id(1), id(1));
    assertThat(first.cancelled).containsExactly(id(1));
    assertThat(second.cancelled).containsExactly(id(1));
  }

  @Test
  void aMessageIsNewAgainTwoMinutesLater() {
    fixture.join(T);
    Remote peer = fixture.subscriber().sends(message(1));
    fixture.heartbeats(119);
    peer.sends(message(1));
    assertThat(fixture.delivered).hasSize(1);
    fixture.heartbeat();
    assertThat(fixture.router.sizes().seen()).isZero();
    peer.sends(message(1));
    assertThat(fixture.delivered).hasSize(2);
  }

  @Test
  void theOldestIdIsForgottenWhenThereAreTooMany() {
    var bounded = new RouterFixture(SCORED.withBounds(RouterBounds.DEFAULT.withMaxSeenIds(2)));
    bounded.join(T);
    Remote peer = bounded.subscriber();
    peer.sends(message(1)).sends(message(2)).sends(message(3)).sends(message(1));
    assertThat(bounded.delivered).containsExactly(id(1), id(2), id(3), id(1));
    assertThat(bounded.router.sizes().seen()).isEqualTo(2);
  }

  @Test
  @Spec("gossipsub-1.1/validators")
  void whatIsRejectedGoesNoFurtherAndCountsAgainstAllWhoBroughtIt() {
    fixture.verdict = null;
    fixture.join(T);
    Remote first = fixture.subscriber().sends(message(1));
    Remote second = fixture.subscriber().sends(message(1));
    fixture.subscriber();
    fixture.validated(1, Verdict.REJECT);
    expectDropped(Drop.REJECTED, first);
    assertThat(fixture.router.score(first.id)).isEqualTo(-1);
    assertThat(fixture.router.score(second.id)).isEqualTo(-1);
    first.sends(message(1));
    assertThat(fixture.asked).as("not again").containsExactly(id(1));
  }

  @Test
  @Spec("gossipsub-1.1/validators")
  void whatIsIgnoredGoesNoFurtherAndNobodyIsToBlame() {
    fixture.verdict = Verdict.IGNORE;
    fixture.join(T);
    fixture.subscriber();
    Remote bringer = fixture.subscriber().sends(message(1));
    expectDropped(Drop.IGNORED, bringer);
    assertThat(fixture.router.score(bringer.id)).isZero();
  }

  @Test
  void aMessageOfATopicThatWasLeftDuringValidationGoesNoFurther() {
    fixture.verdict = null;
    fixture.join(T);
    fixture.subscriber();
    Remote bringer = fixture.subscriber().sends(message(1));
    fixture.leave(T);
    fixture.validated(1, Verdict.ACCEPT);
    expectDropped(Drop.NOT_SUBSCRIBED, bringer);
  }

  @Test
  void aMessageOfATopicThatWeAreNotSubscribedToIsNotLookedAt() {
    fixture.join(U);
    Remote bringer = fixture.subscriber().sends(message(1));
    expectDropped(Drop.NOT_SUBSCRIBED, bringer);
    assertThat(fixture.router.sizes().seen()).isZero();
  }

  @Test
  void aMessageThatIsLongerThanItsTopicAllowsIsDropped() {
    fixture.router.join(T, new TopicParams(MeshParams.DEFAULT, 20), fixture.now);
    fixture.subscriber();
    Remote bringer = fixture.subscriber().sends(message(T, 1, 21));
    expectDropped(Drop.TOO_LONG, bringer);
    bringer.sends(message(T, 1, 20));
    assertThat(fixture.delivered).containsExactly(id(1));
    assertThatThrownBy(() -> fixture.publish(message(T, 2, 21)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("21 bytes is longer than the 20 of its topic");
  }

  @Test
  void aMalformedMessageCountsAgainstWhoeverBringsItAndHasNoId() {
    fixture.join(T);
    Remote bringer =
        fixture
            .subscriber()
            .sends(Message.of(null, id(1).toBytes(), null, T, null, new byte[] {1}));
    expectDropped(Drop.MALFORMED, bringer);
    assertThat(fixture.router.score(bringer.id)).isEqualTo(-1);
    bringer.sends(message(1));
    assertThat(fixture.delivered).as("the id is not taken").containsExactly(id(1));
  }

  @Test
  void aMessageWithoutAnIdIsDropped() {
    fixture.join(T);
    Remote bringer = fixture.subscriber().sends(Message.unsigned(T, new byte[0]));
    expectDropped(Drop.NO_ID, bringer);
  }

  @Test
  @Spec("pubsub/own")
  void aMessageThatClaimsToBeOursCountsAgainstWhoeverBringsIt() {
    fixture.join(T);
    fixture.subscriber();
    Remote bringer = fixture.subscriber().sends(messageBy(SELF, 1));
    expectDropped(Drop.OWN, bringer);
    assertThat(fixture.router.score(bringer.id)).isEqualTo(-1);
  }

  @Test
  @Spec("pubsub/own")
  void anOwnMessageThatComesBackIsADuplicateAndNobodyIsToBlame() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    fixture.publish(messageBy(SELF, 1));
    peer.sends(messageBy(SELF, 1));
    assertThat(fixture.drops).isEmpty();
    assertThat(fixture.duplicates).containsExactly(id(1));
    assertThat(fixture.delivered).containsExactly(id(1));
    assertThat(fixture.router.score(peer.id)).isZero();
  }

  @Test
  void aMessageThatComesWhileTooManyAreInValidationMayComeAgain() {
    var busy = new RouterFixture(SCORED.withBounds(RouterBounds.DEFAULT.withMaxValidating(2)));
    busy.verdict = null;
    busy.join(T);
    Remote peer = busy.subscriber().sends(message(1)).sends(message(2)).sends(message(3));
    assertThat(busy.router.validating()).isEqualTo(2);
    assertThat(busy.drops).containsExactly(new Dropped(Drop.BUSY, peer.id));
    busy.validated(1, Verdict.ACCEPT);
    peer.sends(message(3));
    assertThat(busy.asked).containsExactly(id(1), id(2), id(3));
  }

  @Test
  @Spec("gossipsub-1.1/graylist-threshold")
  void ofAPeerBelowTheGraylistThresholdOnlySubscriptionsAreHeard() {
    fixture.join(T);
    Remote bad = fixture.peer(PubsubVersion.GOSSIPSUB_1_2);
    fixture.score(bad, -80.1);
    bad.subscribes(T).sends(message(1)).grafts(T).has(T, id(2));
    assertThat(fixture.graylisted).hasSize(4);
    assertThat(fixture.router.subscribers(T)).containsExactly(bad.id);
    assertThat(fixture.asked).isEmpty();
    assertThat(bad.calls).hasSize(1).allMatch(call -> call.startsWith("subscription"));
    fixture.score(bad, -80);
    bad.sends(message(1));
    assertThat(fixture.delivered).containsExactly(id(1));
  }

  @Test
  @Spec("gossipsub-1.1/explicit-peers")
  void aDirectPeerIsAlwaysForwardedToAndHeardWhateverItsScore() {
    var direct = RouterFixture.peerId(900);
    var withDirect = new RouterFixture(SCORED.withDirectPeers(Set.of(direct)));
    withDirect.join(T);
    Remote peer = withDirect.peer(direct, PubsubVersion.GOSSIPSUB_1_2, false).subscribes(T);
    withDirect.score(peer, -1000);
    withDirect.subscriber().sends(message(1));
    assertThat(peer.forwarded).containsExactly(id(1));
    peer.sends(message(2));
    assertThat(withDirect.delivered).containsExactly(id(1), id(2));
    assertThat(withDirect.graylisted).isEmpty();
  }

  @Test
  void aPeerOfFloodsubGetsEveryMessageWhileItsScoreAllows() {
    fixture.join(T);
    Remote flooded = fixture.peer(PubsubVersion.FLOODSUB).subscribes(T);
    fixture.subscriber().sends(message(1));
    assertThat(flooded.forwarded).containsExactly(id(1));
    fixture.score(flooded, -50.1);
    fixture.subscriber().sends(message(2));
    assertThat(flooded.forwarded).containsExactly(id(1));
    fixture.score(flooded, 0);
    flooded.unsubscribes(T);
    fixture.subscriber().sends(message(3));
    assertThat(flooded.forwarded).containsExactly(id(1));
  }

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void whatAPeerThatLeftHadBroughtIsStillDecided(Verdict verdict) {
    fixture.verdict = null;
    fixture.join(T);
    Remote lacking = fixture.subscriber();
    fixture.remove(fixture.subscriber().sends(message(1)));
    fixture.validated(1, verdict);
    assertThat(fixture.router.validating()).isZero();
    assertThat(lacking.forwarded).hasSize(verdict == Verdict.ACCEPT ? 1 : 0);
  }

  @Test
  void withoutScoresNobodyIsJudged() {
    var unscored =
        new RouterFixture(
            RouterConfig.DEFAULT.withScores(
                RouterConfig.DEFAULT.scores(), new ScoreThresholds(-1, -2, -3, 0, 0)));
    unscored.join(T);
    Remote peer = unscored.subscriber().prunes(T, 60);
    unscored.score(peer, -1000);
    for (int i = 0; i < 10; i++) {
      peer.grafts(T);
    }
    peer.sends(message(1));
    assertThat(unscored.delivered).containsExactly(id(1));
    assertThat(unscored.router.score(peer.id)).isZero();
  }
}
