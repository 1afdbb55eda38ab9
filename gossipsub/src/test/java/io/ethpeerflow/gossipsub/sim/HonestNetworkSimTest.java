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
      long seed,
      int peers,
      PubsubVersion version,
      LinkProfile links,
      int messageBytes,
      Duration time,
      int perSecond) {
    var world = new GossipWorld(seed, RouterConfig.DEFAULT, version, DEGREE, links);
    for (int i = 0; i < peers; i++) {
      world.addHonest();
    }
    world.run(SETTLED);
    world.forgetMessages();
    long sentBefore = world.sentBytes();
    long steps = time.toSeconds() * perSecond;
    double churned = 0;
    for (long step = 0; step < steps; step++) {
      churned += (double) peers * CHURN_PER_MINUTE / 100 / 60 / perSecond;
      for (; churned >= 1; churned--) {
        world.crash(world.random().pick(world.honest()));
        world.addHonest();
      }
      world.publish(world.random().pick(world.honest()), messageBytes);
      world.run(Duration.ofNanos(1_000_000_000L / perSecond));
    }
    world.run(Duration.ofSeconds(10));
    Report report = world.report(SETTLED);
    return new Outcome(
        report,
        (double) world.duplicates() / report.delivered(),
        (double) (world.sentBytes() - sentBefore) / report.delivered() / messageBytes,
        world.digest());
  }

  @Test
  void everyMessageReachesEverybody() {
    int peers = Integer.getInteger("peerflow.gossip.peers", 1000);
    Outcome outcome =
        run(
            Seeds.single(1),
            peers,
            PubsubVersion.GOSSIPSUB_1_2,
            LOSSY,
            MESSAGE_BYTES,
            Duration.ofSeconds(30),
            2);
    System.out.println(peers + " peers: " + outcome);
    assertThat(outcome.report.ratioWithin(WITHIN)).as(outcome.toString()).isEqualTo(1);
  }

  /** Where a message takes longer to send than it takes to say that it is not wanted. */
  @Test
  void idontwantSavesCopiesOfLongMessages() {
    Outcome before = slow(PubsubVersion.GOSSIPSUB_1_1);
    Outcome after = slow(PubsubVersion.GOSSIPSUB_1_2);
    System.out.println("version 1.1: " + before);
    System.out.println("version 1.2: " + after);
    assertThat(after.bytes).isLessThan(before.bytes * 0.9);
    assertThat(after.report.ratioWithin(Duration.ofSeconds(10))).isEqualTo(1);
  }

  private static Outcome slow(PubsubVersion version) {
    LinkProfile narrow =
        LinkProfile.DEFAULT.withLatency(Duration.ofMillis(20)).withBandwidth(1_250_000, 1 << 20);
    return run(3, 30, version, narrow, 256 << 10, Duration.ofSeconds(8), 1);
  }

  @Test
  void oneSeedGivesOneRun() {
    Outcome one = small(7);
    Outcome same = small(7);
    Outcome other = small(8);
    assertThat(same.digest).isEqualTo(one.digest);
    assertThat(other.digest).isNotEqualTo(one.digest);
    assertThat(one.report.delivered()).isEqualTo(one.report.due());
  }

  private static Outcome small(long seed) {
    return run(
        seed, 40, PubsubVersion.GOSSIPSUB_1_3, LOSSY, MESSAGE_BYTES, Duration.ofSeconds(10), 5);
  }
}
