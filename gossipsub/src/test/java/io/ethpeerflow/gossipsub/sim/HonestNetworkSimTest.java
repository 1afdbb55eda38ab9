package io.ethpeerflow.gossipsub.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.router.RouterConfig;
import io.ethpeerflow.testkit.net.LinkProfile;
import io.ethpeerflow.testkit.seed.Seeds;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Honest peers only, on links that lose packets, while some leave and others come. */
class HonestNetworkSimTest {
  private static final LinkProfile LOSSY =
      LinkProfile.DEFAULT
          .withLatency(Duration.ofMillis(50))
          .withJitter(Duration.ofMillis(10))
          .withLoss(0.05);
  private static final Duration SETTLED = Duration.ofSeconds(10);
  private static final Duration WITHIN = Duration.ofSeconds(3);
  private static final int DEGREE = 10;
  private static final int MESSAGE_BYTES = 2048;
  private static final int CHURN_PER_MINUTE = 10;

  private record Outcome(Report report, double duplicates, double bytes, String digest) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s; %.2f duplicates a delivery, %.2f bytes a byte delivered",
          report,
          duplicates,
          bytes);
    }
  }

  private static Outcome run(
      long seed, int peers, PubsubVersion version, Duration time, int perSecond) {
    var world = new GossipWorld(seed, RouterConfig.DEFAULT, version, DEGREE, LOSSY);
    for (int i = 0; i < peers; i++) {
      world.addHonest();
    }
    world.run(SETTLED);
    world.forgetMessages();
    long sentBefore = world.sentBytes();
    long steps = time.toSeconds() * perSecond;
    double churned = 0;
    for (long step = 0; step < steps; step++) {
      world.publish(world.random().pick(world.honest()), MESSAGE_BYTES);
      churned += (double) peers * CHURN_PER_MINUTE / 100 / 60 / perSecond;
      for (; churned >= 1; churned--) {
        world.crash(world.random().pick(world.honest()));
        world.addHonest();
      }
      world.run(Duration.ofNanos(1_000_000_000L / perSecond));
    }
    world.run(Duration.ofSeconds(10));
    Report report = world.report(SETTLED);
    return new Outcome(
        report,
        (double) world.duplicates() / report.delivered(),
        (double) (world.sentBytes() - sentBefore) / report.delivered() / MESSAGE_BYTES,
        world.digest());
  }

  @Test
  void everyMessageReachesEverybody() {
    int peers = Integer.getInteger("peerflow.gossip.peers", 300);
    long seed = Seeds.single(1);
    Outcome before = run(seed, peers, PubsubVersion.GOSSIPSUB_1_1, Duration.ofSeconds(60), 2);
    Outcome after = run(seed, peers, PubsubVersion.GOSSIPSUB_1_2, Duration.ofSeconds(60), 2);
    System.out.println(peers + " peers, version 1.1: " + before);
    System.out.println(peers + " peers, version 1.2: " + after);
    assertThat(before.report.ratioWithin(WITHIN)).as(before.toString()).isEqualTo(1);
    assertThat(after.report.ratioWithin(WITHIN)).as(after.toString()).isEqualTo(1);
    assertThat(after.bytes).as("IDONTWANT saves").isLessThan(before.bytes);
  }

  @Test
  void oneSeedGivesOneRun() {
    Outcome one = run(7, 40, PubsubVersion.GOSSIPSUB_1_3, Duration.ofSeconds(10), 5);
    Outcome same = run(7, 40, PubsubVersion.GOSSIPSUB_1_3, Duration.ofSeconds(10), 5);
    Outcome other = run(8, 40, PubsubVersion.GOSSIPSUB_1_3, Duration.ofSeconds(10), 5);
    assertThat(same.digest).isEqualTo(one.digest);
    assertThat(other.digest).isNotEqualTo(one.digest);
    assertThat(one.report.delivered()).isEqualTo(one.report.due());
  }
}
