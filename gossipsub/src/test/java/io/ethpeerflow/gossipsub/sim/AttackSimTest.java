package io.ethpeerflow.gossipsub.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.router.RouterConfig;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.score.ScoreParams;
import io.ethpeerflow.gossipsub.score.ScoreThresholds;
import io.ethpeerflow.gossipsub.score.TopicScoreParams;
import io.ethpeerflow.gossipsub.sim.Attacker.Harm;
import io.ethpeerflow.testkit.net.LinkProfile;
import io.ethpeerflow.testkit.net.SimNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Attackers among honest peers: what honest peers publish still reaches them, and what attackers
 * come to is told by their scores.
 */
class AttackSimTest {
  private static final int HONEST = 60;
  private static final int ATTACKERS = 20;
  private static final int DEGREE = 10;
  private static final int MESSAGE_BYTES = 1500;
  private static final Duration ATTACK = Duration.ofSeconds(40);
  private static final Duration WITHIN = Duration.ofSeconds(5);
  private static final double GRAYLIST = -100;
  private static final double HONEST_DELIVERY = 0.99;

  private static final ScoreThresholds THRESHOLDS = new ScoreThresholds(-10, -50, GRAYLIST, 5, 1);
  private static final ScoreParams SCORES =
      ScoreParams.OFF
          .withTopics(
              Map.of(
                  GossipWorld.TOPIC,
                  TopicScoreParams.OFF
                      .withTopicWeight(1)
                      .with(new TopicScoreParams.TimeInMesh(0.01, Duration.ofSeconds(1), 100))
                      .with(new TopicScoreParams.FirstDeliveries(1, 0.95, 20))
                      .with(
                          new TopicScoreParams.MeshDeliveries(
                              -1, 0.9, 20, 4, Duration.ofSeconds(2), Duration.ofSeconds(5)))
                      .with(new TopicScoreParams.MeshFailure(-1, 0.95))
                      .with(new TopicScoreParams.InvalidMessages(-20, 0.99))))
          .withBehaviour(new ScoreParams.Behaviour(-5, 0.98, 2));
  private static final RouterConfig CONFIG = RouterConfig.DEFAULT.withScores(SCORES, THRESHOLDS);

  private record Outcome(Report report, DoubleSummaryStatistics scores, long attackersGot) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "honest delivery %.4f within 5 s (%s); attackers' scores %.1f to %.1f, mean %.1f",
          report.ratioWithin(WITHIN),
          report,
          scores.getMin(),
          scores.getMax(),
          scores.getAverage());
    }
  }

  private static GossipWorld world(int degree) {
    return new GossipWorld(
        11,
        CONFIG,
        PubsubVersion.GOSSIPSUB_1_2,
        degree,
        LinkProfile.DEFAULT.withLatency(Duration.ofMillis(40)).withJitter(Duration.ofMillis(5)));
  }

  private GossipWorld world = world(DEGREE);
  private final List<Attacker> attackers = new ArrayList<>();

  private void startHonest(int count) {
    for (int i = 0; i < count; i++) {
      world.addHonest();
    }
  }

  private void attack(int count, int dials, Supplier<SimNode> where, Harm harm) {
    for (int i = 0; i < count; i++) {
      var attacker = new Attacker(world, where.get(), harm);
      attackers.add(attacker);
      world.open(attacker);
      for (int d = 0; d < dials; d++) {
        attacker.dial(world.random().pick(world.honest()));
      }
    }
  }

  private void publishFor(Duration time) {
    for (long i = 0; i < time.toSeconds() * 2; i++) {
      world.publish(world.random().pick(world.honest()), MESSAGE_BYTES);
      world.run(Duration.ofMillis(500));
    }
  }

  /** Attacks a network that stands; the messages of the time of the attack are reported. */
  private Outcome underAttack(String name, Harm harm) {
    startHonest(HONEST);
    publishFor(Duration.ofSeconds(15));
    attack(ATTACKERS, DEGREE, world::newNode, harm);
    return outcome(name);
  }

  private Outcome outcome(String name) {
    world.run(Duration.ofSeconds(1));
    world.forgetMessages();
    publishFor(ATTACK);
    world.run(WITHIN);
    DoubleSummaryStatistics scores =
        attackers.stream()
            .flatMap(
                attacker ->
                    world.honest().stream()
                        .map(honest -> honest.router().explain(attacker.id()))
                        .flatMap(Stream::ofNullable))
            .mapToDouble(explained -> explained.score())
            .summaryStatistics();
    Outcome outcome =
        new Outcome(
            world.report(Duration.ofSeconds(10)),
            scores,
            attackers.stream().mapToLong(Attacker::received).sum());
    System.out.println(name + ": " + outcome);
    assertThat(outcome.report.due()).isPositive();
    assertThat(outcome.report.ratioWithin(WITHIN))
        .as(outcome.toString())
        .isGreaterThanOrEqualTo(HONEST_DELIVERY);
    return outcome;
  }

  private static MessageIds randomIds(Attacker self, int count) {
    List<MessageId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(MessageId.of(self.world().random().bytes(16)));
    }
    return MessageIds.of(ids);
  }

  @Test
  void iwantSpamGetsEachMessageAFewTimesAndNoMore() {
    Outcome outcome =
        underAttack(
            "IWANT spam",
            (victim, self) -> {
              for (int i = 0; i < 5; i++) {
                victim.iwant(MessageIds.of(self.heard()));
              }
            });
    long most = ATTACK.plusSeconds(20).toSeconds() * 2 * ATTACKERS * 2 * DEGREE * 4;
    assertThat(outcome.attackersGot).isLessThan(most);
  }

  @Test
  void ihaveSpamAndBrokenPromisesCostTheScore() {
    Outcome outcome =
        underAttack(
            "IHAVE spam",
            (victim, self) -> victim.ihave(new IHave(GossipWorld.TOPIC, randomIds(self, 50))));
    assertThat(outcome.scores.getMax()).isLessThan(THRESHOLDS.gossip());
  }

  @Test
  void aFloodOfGraftsEndsBelowTheGraylist() {
    Outcome outcome = underAttack("GRAFT flood", (victim, self) -> victim.graft(GossipWorld.TOPIC));
    assertThat(outcome.scores.getMin()).isLessThan(GRAYLIST);
    assertThat(outcome.scores.getAverage()).isNegative();
  }

  @Test
  void aFloodOfInvalidMessagesEndsBelowTheGraylist() {
    Outcome outcome =
        underAttack(
            "invalid messages",
            (victim, self) -> {
              Message invalid = self.world().message(true, MESSAGE_BYTES);
              victim.publish(self.world().idOf(invalid), invalid);
            });
    assertThat(outcome.scores.getMax()).isLessThan(GRAYLIST);
  }

  @Test
  void sybilsThatJoinAtOnceDoNotStopTheMessages() {
    startHonest(HONEST);
    publishFor(Duration.ofSeconds(15));
    attack(4 * HONEST, DEGREE, world::newNode, (victim, self) -> victim.graft(GossipWorld.TOPIC));
    Outcome outcome = outcome("sybils at once");
    assertThat(outcome.scores.getAverage()).isNegative();
  }

  @Test
  void sybilsThatComeSlowlyAndDoNothingDoNotStopTheMessages() {
    startHonest(HONEST);
    for (int i = 0; i < 40; i++) {
      attack(HONEST / 10, DEGREE, world::newNode, (victim, self) -> {});
      publishFor(Duration.ofSeconds(1));
    }
    outcome("sybils slowly");
  }

  /** With so many dials, each has some ten honest neighbours and a hundred others. */
  @Test
  void aColdBootAmongTenTimesAsManySybilsDelivers() {
    world = world(6 * DEGREE);
    attack(10 * HONEST / 2, 0, world::newNode, (victim, self) -> victim.graft(GossipWorld.TOPIC));
    startHonest(HONEST / 2);
    world.run(Duration.ofSeconds(20));
    outcome("cold boot");
  }
}
