package io.ethpeerflow.gossipsub.score;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.score.ScoreParams.Behaviour;
import io.ethpeerflow.gossipsub.score.ScoreParams.Colocation;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.FirstDeliveries;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.InvalidMessages;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.MeshDeliveries;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.MeshFailure;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.TimeInMesh;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ScoreParamsTest {
  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void rewardsAreNotNegativeAndPenaltiesNotPositive() {
    refused(() -> TopicScoreParams.OFF.withTopicWeight(-1), "topicWeight: -1.0");
    refused(() -> new TimeInMesh(-1, ofSeconds(1), 1), "timeInMesh.weight: -1.0");
    refused(() -> new FirstDeliveries(-1, 0.5, 1), "firstDeliveries.weight: -1.0");
    refused(() -> new MeshDeliveries(1, 0.5, 1, 1, ZERO, ZERO), "meshDeliveries.weight: 1.0");
    refused(() -> new MeshFailure(1, 0.5), "meshFailure.weight: 1.0");
    refused(() -> new InvalidMessages(1, 0.5), "invalidMessages.weight: 1.0");
    refused(() -> ScoreParams.OFF.withApplicationWeight(-1), "applicationWeight: -1.0");
    refused(() -> new Colocation(1, 1, List.of(), false), "colocation.weight: 1.0");
    refused(() -> new Behaviour(1, 0.5, 0), "behaviour.weight: 1.0");
  }

  @Test
  void nothingIsInfiniteOrNotANumber() {
    refused(() -> new MeshFailure(Double.NEGATIVE_INFINITY, 0.5), "is not finite");
    refused(() -> new MeshFailure(Double.NaN, 0.5), "is not finite");
    refused(() -> new FirstDeliveries(1, Double.NaN, 1), "firstDeliveries.decay: NaN");
    refused(() -> ScoreParams.OFF.withTopicScoreCap(Double.NaN), "topicScoreCap: NaN");
  }

  @Test
  void decaysLieBetweenZeroAndOne() {
    for (double decay : new double[] {0, 1, -0.1, 1.1}) {
      refused(() -> new FirstDeliveries(1, decay, 1), "firstDeliveries.decay");
      refused(() -> new MeshDeliveries(-1, decay, 1, 1, ZERO, ZERO), "meshDeliveries.decay");
      refused(() -> new MeshFailure(-1, decay), "meshFailure.decay");
      refused(() -> new InvalidMessages(-1, decay), "invalidMessages.decay");
      refused(() -> new Behaviour(-1, decay, 0), "behaviour.decay");
      refused(() -> ScoreParams.OFF.withDecayToZero(decay), "decayToZero");
    }
  }

  @Test
  void capsQuantaAndThresholdsArePositive() {
    refused(() -> new TimeInMesh(1, ZERO, 1), "timeInMesh.quantum: PT0S");
    refused(() -> new TimeInMesh(1, ofSeconds(1), 0), "timeInMesh.cap: 0.0");
    refused(() -> new FirstDeliveries(1, 0.5, 0), "firstDeliveries.cap: 0.0");
    refused(() -> new MeshDeliveries(-1, 0.5, 1, 0, ZERO, ZERO), "meshDeliveries.threshold: 0.0");
    refused(
        () -> new MeshDeliveries(-1, 0.5, 1, 2, ZERO, ZERO),
        "meshDeliveries.cap: 1.0 is not at least threshold 2.0");
    refused(() -> new MeshDeliveries(-1, 0.5, 1, 1, ofMillis(-1), ZERO), "meshDeliveries.window");
    refused(
        () -> new MeshDeliveries(-1, 0.5, 1, 1, ZERO, ofMillis(-1)), "meshDeliveries.activation");
    refused(() -> new Colocation(-1, 0, List.of(), false), "colocation.threshold: 0");
    refused(() -> new Behaviour(-1, 0.5, -1), "behaviour.threshold: -1.0");
  }

  @Test
  void timesAndNumbersHaveTheirRanges() {
    refused(() -> ScoreParams.OFF.withDecayInterval(ofMillis(999)), "decayInterval: PT0.999S");
    refused(() -> ScoreParams.OFF.withRetention(ofMillis(-1)), "retention");
    refused(() -> ScoreParams.OFF.withRetention(Duration.ofDays(4000)), "at most ten years");
    refused(() -> ScoreParams.OFF.withMaxRetained(0), "maxRetained: 0");
    refused(() -> ScoreParams.OFF.withDeliveryRetention(ZERO), "deliveryRetention: PT0S");
    refused(() -> ScoreParams.OFF.withMaxDeliveries(0), "maxDeliveries: 0");
  }

  @Test
  @Spec("gossipsub-1.1/thresholds")
  void thresholdsHaveAnOrder() {
    assertThat(new ScoreThresholds(-1, -1, -2, 0, 0).publish()).isEqualTo(-1);
    refused(() -> new ScoreThresholds(0, -1, -2, 0, 0), "gossip: 0.0");
    refused(() -> new ScoreThresholds(-2, -1, -3, 0, 0), "publish: -1.0");
    refused(() -> new ScoreThresholds(-1, -2, -2, 0, 0), "graylist: -2.0");
    refused(() -> new ScoreThresholds(-1, -2, -3, -1, 0), "acceptPeerExchange: -1.0");
    refused(() -> new ScoreThresholds(-1, -2, -3, 0, -1), "opportunisticGraft: -1.0");
    refused(() -> new ScoreThresholds(-1, -2, Double.NaN, 0, 0), "graylist: NaN");
  }

  @Test
  @Spec("gossipsub-1.1/decay")
  void aDecayFactorForgetsOneInItsPeriod() {
    // 0.01^(1/10) = 10^(-0.2)
    assertThat(ScoreParams.decayFactor(ofSeconds(10), ofSeconds(1), 0.01))
        .isCloseTo(0.630957344480193, within(1e-12));
    // 0.25^(12/24) = 0.5
    assertThat(ScoreParams.decayFactor(ofSeconds(24), ofSeconds(12), 0.25))
        .isCloseTo(0.5, within(1e-12));
    refused(() -> ScoreParams.decayFactor(ofSeconds(1), ofSeconds(2), 0.1), "period: PT1S");
  }
}
