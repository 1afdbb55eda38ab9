package io.ethpeerflow.gossipsub.score;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.score.ScoreParams.Behaviour;
import io.ethpeerflow.gossipsub.score.ScoreParams.Colocation;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.FirstDeliveries;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.InvalidMessages;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.MeshDeliveries;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.MeshFailure;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.TimeInMesh;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each part of the score and their sum; the values are worked out in the comments. */
class PeerScoresTest extends ScoreFixture {
  @Test
  @Spec("gossipsub-1.1/p1")
  void timeInTheMeshCountsWholeQuantaAsOfTheLastDecayUpToTheCap() {
    topic(
        T, TopicScoreParams.OFF.withTopicWeight(0.5).with(new TimeInMesh(0.2, ofMillis(1500), 4)));
    scores.grafted(A, T, now);
    expect(A, 0);
    advance(ofSeconds(1)); // no decay yet
    expect(A, 0);
    scores.decay(now); // 1 s: no whole quantum
    expect(A, 0);
    advance(ofMillis(3500));
    scores.decay(now); // 4.5 s: 3 quanta x 0.2 x 0.5
    expect(A, 0.3);
    advance(ofMillis(1499));
    scores.decay(now); // 5.999 s: still 3
    expect(A, 0.3);
    advance(ofMinutes(1));
    scores.decay(now); // 43 quanta, cap 4: 4 x 0.2 x 0.5
    expect(A, 0.4);
    scores.pruned(A, T);
    expect(A, 0);
    scores.grafted(A, T, now); // begins anew
    expect(A, 0);
    scores.decay(now);
    expect(A, 0);
  }

  @Test
  @Spec("gossipsub-1.1/p2")
  void firstDeliveriesAreCappedWhenCountedAndDecay() {
    topic(T, TopicScoreParams.OFF.with(new FirstDeliveries(2, 0.9, 10)));
    deliver(A, T, 3);
    expect(A, 6);
    scores.decay(now); // 3 x 0.9 = 2.7
    expect(A, 5.4);
    deliver(A, T, 100); // the cap of 10
    expect(A, 20);
    scores.decay(now); // 9
    expect(A, 18);
    scores.decay(now); // 8.1
    expect(A, 16.2);
    deliver(A, T, 1); // 9.1
    expect(A, 18.2);
    deliver(A, T, 1); // 10.1, capped
    expect(A, 20);
  }

  @Test
  @Spec("gossipsub-1.1/p2")
  void whoComesSecondIsNotFirst() {
    topic(T, TopicScoreParams.OFF.with(new FirstDeliveries(1, 0.5, 10)));
    scores.received(id(1), T, A, now);
    scores.duplicate(id(1), B, now);
    scores.accepted(id(1), now);
    expect(A, 1);
    expect(B, 0);
  }

  @Test
  @Spec("gossipsub-1.1/decay")
  void aCounterBelowTheThresholdIsZero() {
    // 1, 0.5, 0.25, 0.125, then 0.0625 < 0.1
    topic(T, TopicScoreParams.OFF.with(new FirstDeliveries(1, 0.5, 10)));
    deliver(A, T, 1);
    for (double expected : new double[] {0.5, 0.25, 0.125, 0, 0}) {
      scores.decay(now);
      expect(A, expected);
    }
  }

  private static final MeshDeliveries P3 =
      new MeshDeliveries(-0.5, 0.8, 15, 10, ofMillis(10), ofSeconds(5));

  @Test
  @Spec("gossipsub-1.1/p3")
  void aDeficitInTheMeshCountsSquaredAfterTheActivation() {
    topic(T, TopicScoreParams.OFF.with(P3));
    scores.grafted(A, T, now);
    advance(ofSeconds(5));
    scores.decay(now); // in the mesh for 5 s, which is not more than 5 s
    expect(A, 0);
    advance(ofMillis(1));
    expect(A, 0); // not yet looked at
    scores.decay(now); // nothing of 10: -0.5 x 100
    expect(A, -50);
    deliver(A, T, 4); // 6 missing: -0.5 x 36
    expect(A, -18);
    scores.decay(now); // 3.2 there, 6.8 missing: -0.5 x 46.24
    expect(A, -23.12);
    deliver(A, T, 7); // 10.2: nothing missing
    expect(A, 0);
    deliver(A, T, 100); // the cap of 15
    scores.decay(now); // 12
    expect(A, 0);
    scores.decay(now); // 9.6: -0.5 x 0.16
    expect(A, -0.08);
  }

  @Test
  @Spec("gossipsub-1.1/p3")
  void whoIsNotInTheMeshOwesNothingAndCollectsNothing() {
    topic(T, TopicScoreParams.OFF.with(P3));
    deliver(A, T, 3);
    advance(ofMinutes(1));
    scores.decay(now);
    expect(A, 0);
    scores.grafted(A, T, now);
    advance(ofSeconds(6));
    scores.decay(now);
    expect(A, -50); // the three did not count
  }

  @Test
  @Spec("gossipsub-1.1/near-first")
  void copiesCountDuringValidationAndInTheWindowAfterItOncePerPeer() {
    topic(T, TopicScoreParams.OFF.with(P3));
    for (var peer : List.of(A, B, C, D)) {
      scores.grafted(peer, T, now);
    }
    advance(ofSeconds(6));
    scores.decay(now);
    scores.received(id(1), T, A, now);
    advance(ofSeconds(2)); // validation takes its time
    scores.duplicate(id(1), B, now);
    scores.duplicate(id(1), B, now);
    scores.duplicate(id(1), A, now);
    expect(B, -50); // not before the message is known to be valid
    scores.accepted(id(1), now);
    advance(ofMillis(10)); // the last moment of the window
    scores.duplicate(id(1), C, now);
    scores.duplicate(id(1), C, now);
    scores.duplicate(id(1), A, now);
    scores.duplicate(id(1), B, now);
    advance(ofMillis(1));
    scores.duplicate(id(1), D, now);
    // one of ten each, -0.5 x 81; nothing for the last
    expect(A, -40.5);
    expect(B, -40.5);
    expect(C, -40.5);
    expect(D, -50);
  }

  @Test
  @Spec("gossipsub-1.1/p3b")
  void aDeficitAtPruneTimeSticksThroughTheNextGraft() {
    topic(T, TopicScoreParams.OFF.with(P3).with(new MeshFailure(-2, 0.5)));
    scores.grafted(A, T, now);
    advance(ofSeconds(6));
    scores.decay(now);
    deliver(A, T, 7); // 3 missing: -0.5 x 9
    expect(A, -4.5);
    scores.pruned(A, T); // 9 sticks: -2 x 9; P3 is over
    expect(A, -18);
    scores.pruned(A, T); // it is out already
    expect(A, -18);
    scores.grafted(A, T, now);
    expect(A, -18);
    scores.decay(now); // 4.5: -2 x 4.5; not active yet
    expect(A, -9);
    advance(ofSeconds(6));
    scores.decay(now);
    // failure 2.25: -4.5. Deliveries 7 x 0.8 x 0.8 = 4.48, 5.52 missing: -0.5 x 30.4704
    expect(A, -4.5 - 15.2352);
    scores.pruned(A, T); // 2.25 + 30.4704 = 32.7204
    expect(A, -65.4408);
  }

  @Test
  @Spec("gossipsub-1.1/p3b")
  void aPruneBeforeTheActivationOwesNothing() {
    topic(T, TopicScoreParams.OFF.with(P3).with(new MeshFailure(-2, 0.5)));
    scores.grafted(A, T, now);
    advance(ofSeconds(5));
    scores.decay(now);
    scores.pruned(A, T);
    expect(A, 0);
  }

  @Test
  @Spec("gossipsub-1.1/p4")
  void invalidMessagesCountSquaredForAllWhoBringThem() {
    topic(T, TopicScoreParams.OFF.with(new InvalidMessages(-3, 0.9)));
    scores.received(id(1), T, A, now);
    scores.duplicate(id(1), B, now);
    scores.rejected(id(1));
    expect(A, -3);
    expect(B, -3);
    scores.duplicate(id(1), C, now); // later copies too, and each of them
    scores.duplicate(id(1), C, now);
    expect(C, -12);
    scores.invalid(A, T); // 2 squared
    expect(A, -12);
    scores.decay(now); // 1.8 squared is 3.24
    expect(A, -9.72);
    expect(B, -2.43); // 0.9 squared is 0.81
  }

  @Test
  @Spec("gossipsub-1.1/extended-validators")
  void ignoredMessagesCountForNobodyAndAgainstNobody() {
    topic(
        T,
        TopicScoreParams.OFF
            .with(new FirstDeliveries(1, 0.5, 10))
            .with(new InvalidMessages(-1, 0.5)));
    scores.received(id(1), T, A, now);
    scores.duplicate(id(1), B, now);
    scores.ignored(id(1));
    scores.duplicate(id(1), C, now);
    scores.accepted(id(1), now); // too late
    scores.rejected(id(1));
    for (var peer : List.of(A, B, C)) {
      expect(peer, 0);
    }
  }

  @Test
  @Spec("gossipsub-1.1/p5")
  void theApplicationsNumberIsWeightedAndMayBeNegative() {
    use(ScoreParams.OFF.withApplicationWeight(2.5));
    applicationScores.put(A, 4.0);
    applicationScores.put(B, -1.5);
    expect(A, 10);
    expect(B, -3.75);
    expect(C, 0);
  }

  @Test
  @Spec("gossipsub-1.1/p6")
  void peersTooManyOnAnAddressCountSquaredForEachAddress() {
    use(
        ScoreParams.OFF.withColocation(
            new Colocation(-0.5, 1, List.of(IpNetwork.of(ip("10.0.0.0"), 8)), false)));
    for (var peer : List.of(A, B, C)) {
      scores.addresses(peer, List.of(ip("1.2.3.4")));
    }
    scores.addresses(D, List.of(ip("5.6.7.8")));
    expect(A, -2); // two too many: -0.5 x 4
    expect(D, 0);
    scores.addresses(D, List.of(ip("5.6.7.8"), ip("1.2.3.4"), ip("1.2.3.4")));
    expect(A, -4.5); // three too many: -0.5 x 9
    expect(D, -4.5);
    scores.addresses(C, List.of(ip("5.6.7.8")));
    expect(A, -2); // A, B and D
    expect(C, -0.5); // with D
    expect(D, -2.5); // on both
    scores.disconnected(B, now);
    expect(A, -0.5);
    for (var peer : List.of(A, C, D)) {
      scores.addresses(peer, List.of(ip("10.9.9.9")));
    }
    expect(A, 0); // whitelisted
  }

  @Test
  void anIpv6NetworkIsSharedWhenSoConfigured() {
    use(ScoreParams.OFF.withColocation(new Colocation(-1, 1, List.of(), false)));
    scores.addresses(A, List.of(ip("2001:db8::1")));
    scores.addresses(B, List.of(ip("2001:db8::2")));
    expect(A, 0);
    use(ScoreParams.OFF.withColocation(new Colocation(-1, 1, List.of(), true)));
    scores.addresses(A, List.of(ip("2001:db8::1")));
    scores.addresses(B, List.of(ip("2001:db8::2")));
    expect(A, -1);
    scores.addresses(B, List.of(ip("2001:db8::1")));
    expect(A, -2); // the address and its network
    scores.addresses(B, List.of(ip("2001:db8:0:1::1")));
    expect(A, 0);
  }

  @Test
  @Spec("gossipsub-1.1/p7")
  void breachesAboveTheThresholdCountSquaredAndDecay() {
    use(ScoreParams.OFF.withBehaviour(new Behaviour(-10, 0.5, 2)));
    scores.breached(A, 2);
    expect(A, 0);
    scores.breached(A, 3); // 5, 3 above: -10 x 9
    expect(A, -90);
    scores.decay(now); // 2.5, 0.5 above: -10 x 0.25
    expect(A, -2.5);
    scores.decay(now); // 1.25
    expect(A, 0);
  }

  @Test
  @Spec("gossipsub-1.1/topic-cap")
  void theSumOfTheTopicsIsCappedAndNotEachOfThem() {
    use(ScoreParams.OFF.withTopicScoreCap(10).withApplicationWeight(1));
    topic(T, TopicScoreParams.OFF.with(new FirstDeliveries(1, 0.5, 100)));
    topic(
        U,
        TopicScoreParams.OFF
            .with(new FirstDeliveries(1, 0.5, 100))
            .with(new InvalidMessages(-1, 0.5)));
    applicationScores.put(A, 5.0);
    deliver(A, T, 20);
    expect(A, 15); // 10 of the topics, and P5 on top of it
    scores.invalid(A, U); // 19
    expect(A, 15);
    scores.invalid(A, U);
    scores.invalid(A, U);
    scores.invalid(A, U); // 20 - 16 = 4
    expect(A, 9);
    scores.invalid(A, U); // 20 - 25 = -5: there is no cap downwards
    expect(A, 0);
  }

  @Test
  @Spec("gossipsub-1.1/score")
  void allPartsTogether() {
    use(
        ScoreParams.OFF
            .withApplicationWeight(0.5)
            .withColocation(new Colocation(-5, 2, List.of(), false))
            .withBehaviour(new Behaviour(-0.25, 0.9, 1)));
    topic(T, full(2));
    topic(U, full(0.5));
    applicationScores.put(A, 8.0);
    for (var peer : List.of(A, B, C, D)) {
      scores.addresses(peer, List.of(ip("1.2.3.4")));
    }
    scores.grafted(A, T, now);
    deliver(A, T, 2);
    advance(ofSeconds(3));
    scores.decay(now);
    scores.invalid(A, T);
    deliver(A, U, 4);
    scores.invalid(A, U);
    scores.invalid(A, U);
    scores.breached(A, 4);
    // T, weight 2: in the mesh for 3 s, activated after 2 s
    //   P1 3 quanta, cap 2.5, x 0.1                                    0.25
    //   P2 2 x 0.75 = 1.5, x 1                                         1.5
    //   P3 2 x 0.5 = 1 of 6, 5 missing: 25 x -0.2                     -5
    //   P4 1 x -1                                                     -1
    //   sum -4.25, x 2                                                -8.5
    // U, weight 0.5: P2 4; P4 4 x -1; sum 0
    // P5 8 x 0.5                                                       4
    // P6 4 peers, 2 too many: 4 x -5                                 -20
    // P7 4, 3 above: 9 x -0.25                                        -2.25
    expect(A, -26.75);

    scores.pruned(A, T);
    // T: P1 and P3 are over, P3b 25 x -0.4 = -10: 1.5 - 10 - 1 = -9.5, x 2   -19
    expect(A, -19 + 4 - 20 - 2.25);

    advance(ofSeconds(1));
    scores.decay(now);
    // T: P2 1.125; P3b 25 x 0.6 = 15 x -0.4 = -6; P4 0.8 squared = 0.64: -5.515, x 2   -11.03
    // U: P2 3; P4 1.6 squared = 2.56: 0.44 x 0.5                                         0.22
    // P7: 3.6, 2.6 above: 6.76 x -0.25                                                  -1.69
    expect(A, -11.03 + 0.22 + 4 - 20 - 1.69);
  }

  private static TopicScoreParams full(double weight) {
    return new TopicScoreParams(
        weight,
        new TimeInMesh(0.1, ofSeconds(1), 2.5),
        new FirstDeliveries(1, 0.75, 50),
        new MeshDeliveries(-0.2, 0.5, 20, 6, ofMillis(5), ofSeconds(2)),
        new MeshFailure(-0.4, 0.6),
        new InvalidMessages(-1, 0.8));
  }

  @Test
  void theExplanationAddsUpToTheScore() {
    use(
        ScoreParams.OFF
            .withTopicScoreCap(3)
            .withApplicationWeight(0.5)
            .withBehaviour(new Behaviour(-0.25, 0.9, 1)));
    topic(T, full(2));
    topic(U, full(0.5));
    applicationScores.put(A, 8.0);
    scores.grafted(A, U, now);
    deliver(A, T, 2);
    advance(ofSeconds(3));
    scores.decay(now);
    deliver(A, T, 5);
    scores.breached(A, 3);
    ScoreExplanation why = scores.explain(A);
    assertThat(why).isNotNull();
    assertThat(why.topics()).hasSize(2);
    // T: P2 1.5 + 5 = 6.5, x 2 = 13; U: (P1 0.25 + P3 36 x -0.2) x 0.5 = -3.475
    assertThat(why.topics().get(0).firstDeliveries().value()).isCloseTo(6.5, EXACT);
    assertThat(why.topics().get(0).weighted()).isCloseTo(13, EXACT);
    assertThat(why.topics().get(1).inMesh()).isTrue();
    assertThat(why.topics().get(1).timeInMesh().value()).isCloseTo(2.5, EXACT);
    assertThat(why.topics().get(1).meshDeliveries().value()).isCloseTo(36, EXACT);
    assertThat(why.topics().get(1).weighted()).isCloseTo(-3.475, EXACT);
    assertThat(why.topicsUncapped()).isCloseTo(9.525, EXACT);
    assertThat(why.topicsCapped()).isCloseTo(3, EXACT);
    assertThat(why.application().weighted()).isCloseTo(4, EXACT);
    assertThat(why.behaviour().weighted()).isCloseTo(-1, EXACT);
    assertThat(why.colocation().weighted()).isCloseTo(0, EXACT);
    assertThat(why.score()).isCloseTo(6, within(1e-9)).isEqualTo(scores.score(A));
    assertThat(scores.explain(STRANGER)).isNull();
  }
}
