package io.ethpeerflow.gossipsub.score;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.score.ScoreParams.Behaviour;
import io.ethpeerflow.gossipsub.score.ScoreParams.Colocation;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.FirstDeliveries;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.InvalidMessages;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.MeshDeliveries;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.MeshFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What remains of peers and messages, and for how long. */
class ScoreRetentionTest extends ScoreFixture {
  private static final ScoreParams PARAMS =
      ScoreParams.OFF.withBehaviour(new Behaviour(-1, 0.5, 0)).withRetention(ofSeconds(100));

  @Test
  @Spec("gossipsub-1.1/retain-score")
  void aNegativeScoreIsKeptAndDoesNotDecay() {
    use(PARAMS);
    scores.breached(A, 3);
    scores.disconnected(A, now);
    advance(ofSeconds(50));
    scores.decay(now);
    scores.decay(now);
    expect(A, -9);
    ScoreExplanation why = scores.explain(A);
    assertThat(why).isNotNull();
    assertThat(why.connected()).isFalse();
    scores.connected(A);
    expect(A, -9);
    scores.decay(now); // 1.5: it decays again
    expect(A, -2.25);
  }

  @Test
  @Spec("gossipsub-1.1/retain-score")
  void aNegativeScoreIsForgottenAfterItsTime() {
    use(PARAMS);
    scores.breached(A, 3);
    scores.disconnected(A, now);
    advance(ofSeconds(100).minusNanos(1));
    scores.decay(now);
    expect(A, -9);
    advance(ofMillis(1));
    scores.decay(now);
    expect(A, 0);
    assertThat(scores.size()).isEqualTo(3);
  }

  @Test
  @Spec("gossipsub-1.1/retain-score")
  void whoCameBackIsNotForgottenForHavingBeenAway() {
    use(PARAMS);
    scores.breached(A, 30);
    scores.disconnected(A, now);
    scores.connected(A);
    advance(ofSeconds(200));
    scores.decay(now); // 15
    expect(A, -225);
  }

  @Test
  void aScoreThatIsNotNegativeIsForgottenAtOnce() {
    use(PARAMS);
    topic(T, TopicScoreParams.OFF.with(new FirstDeliveries(1, 0.5, 10)));
    deliver(A, T, 5);
    scores.disconnected(A, now);
    scores.disconnected(B, now);
    assertThat(scores.size()).isEqualTo(2);
    scores.connected(A);
    expect(A, 0);
  }

  @Test
  @Spec("gossipsub-1.1/retain-score")
  void whatWasGoodIsDroppedAndADebtInTheMeshSticks() {
    use(PARAMS);
    topic(
        T,
        TopicScoreParams.OFF
            .with(new FirstDeliveries(1, 0.5, 10))
            .with(new MeshDeliveries(-1, 0.5, 10, 6, ZERO, ofSeconds(1)))
            .with(new MeshFailure(-2, 0.5)));
    scores.grafted(A, T, now);
    advance(ofSeconds(2));
    scores.decay(now);
    deliver(A, T, 2); // 2 of P2; 4 missing: -16
    expect(A, -14);
    scores.disconnected(A, now); // -2 x 16
    expect(A, -32);
    scores.connected(A); // and not in the mesh
    scores.decay(now);
    expect(A, -16);
  }

  @Test
  void sharedAddressesDoNotOutliveTheConnection() {
    use(PARAMS.withColocation(new Colocation(-1, 1, List.of(), false)));
    scores.addresses(A, List.of(ip("1.2.3.4")));
    scores.addresses(B, List.of(ip("1.2.3.4")));
    scores.breached(A, 1);
    expect(A, -2);
    scores.disconnected(A, now);
    expect(A, -1);
    expect(B, 0);
    scores.addresses(A, List.of(ip("1.2.3.4"))); // it is gone: nothing happens
    expect(B, 0);
  }

  @Test
  void theOldestGoesWhenTooManyAreKept() {
    use(PARAMS.withMaxRetained(2));
    for (var peer : List.of(A, B, C)) {
      scores.breached(peer, 1);
      scores.disconnected(peer, now);
    }
    expect(A, 0);
    expect(B, -1);
    expect(C, -1);
    assertThat(scores.size()).isEqualTo(3);
  }

  @Test
  void whoeverIsNotKnownIsIgnored() {
    use(PARAMS);
    topic(T, TopicScoreParams.OFF.with(new InvalidMessages(-1, 0.5)));
    scores.breached(STRANGER, 1);
    scores.invalid(STRANGER, T);
    scores.grafted(STRANGER, T, now);
    scores.pruned(STRANGER, T);
    scores.received(id(1), T, STRANGER, now);
    scores.rejected(id(1));
    scores.disconnected(STRANGER, now);
    expect(STRANGER, 0);
    assertThat(scores.size()).isEqualTo(4);
    scores.received(id(2), U, A, now); // a topic without parameters
    scores.rejected(id(2));
    expect(A, 0);
  }

  @Test
  void messagesAreRememberedForATimeAndUpToANumber() {
    use(PARAMS.withDeliveryRetention(ofMinutes(2)).withMaxDeliveries(3));
    topic(T, TopicScoreParams.OFF.with(new InvalidMessages(-1, 0.5)));
    for (int i = 0; i < 4; i++) {
      scores.received(id(i), T, A, now);
    }
    assertThat(scores.deliveriesRemembered()).isEqualTo(3);
    scores.rejected(id(0)); // forgotten
    expect(A, 0);
    scores.rejected(id(1));
    expect(A, -1);
    advance(ofSeconds(119));
    scores.decay(now);
    assertThat(scores.deliveriesRemembered()).isEqualTo(3);
    advance(ofSeconds(1));
    scores.decay(now);
    assertThat(scores.deliveriesRemembered()).isZero();
    scores.duplicate(id(1), B, now);
    expect(B, 0);
  }

  @Test
  void aFloodOfBringersIsNotRememberedWithoutEnd() {
    topic(T, TopicScoreParams.OFF.with(new InvalidMessages(-1, 0.5)));
    scores.received(id(1), T, A, now);
    int others = 2 * PeerScores.MAX_BRINGERS;
    for (int i = 0; i < others; i++) {
      scores.connected(peer(100 + i));
      scores.duplicate(id(1), peer(100 + i), now);
    }
    scores.rejected(id(1));
    expect(peer(100), -1);
    expect(peer(100 + PeerScores.MAX_BRINGERS - 2), -1);
    expect(peer(100 + PeerScores.MAX_BRINGERS - 1), 0);
  }

  @Test
  void lowerCapsLowerTheCounters() {
    topic(T, TopicScoreParams.OFF.with(new FirstDeliveries(1, 0.5, 10)));
    deliver(A, T, 10);
    topic(T, TopicScoreParams.OFF.with(new FirstDeliveries(2, 0.5, 4)));
    expect(A, 8);
  }

  @Test
  void aTopicThatComesLaterCountsForPeersThatWereThere() {
    deliver(A, U, 5);
    topic(U, TopicScoreParams.OFF.with(new FirstDeliveries(1, 0.5, 10)));
    expect(A, 0);
    deliver(A, U, 2);
    expect(A, 2);
  }

  @Test
  void breachesAreNotTakenBack() {
    assertThatThrownBy(() -> scores.breached(A, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
