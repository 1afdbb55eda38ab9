package io.ethpeerflow.yamux.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.seed.Seeds;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** The small bounded things: bucket, tombstones, queue of numbers, heartbeat. */
class BoundsTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aBucketEmptiesAndFlowsBackWithTime() {
    long start = Long.MAX_VALUE - SECOND;
    var bucket = new TokenBucket(100, 10, start);
    assertThat(bucket.take(100, start)).isTrue();
    assertThat(bucket.take(1, start)).isFalse();
    assertThat(bucket.take(1, start + SECOND / 10 - 1)).isFalse();
    assertThat(bucket.take(1, start + SECOND / 10)).isTrue();
    assertThat(bucket.take(20, start + 2 * SECOND)).as("across the clock's overflow").isFalse();
    assertThat(bucket.take(19, start + 2 * SECOND)).isTrue();
    assertThat(bucket.take(101, start + 1000 * SECOND)).as("never above its size").isFalse();
    assertThat(bucket.take(100, start + 1000 * SECOND)).isTrue();
  }

  @Test
  void aBucketLosesNothingToRounding() {
    var bucket = new TokenBucket(1000, 3, 0);
    assertThat(bucket.take(1000, 0)).isTrue();
    int taken = 0;
    for (long now = 0; now <= 100 * SECOND; now += SECOND / 7) {
      if (bucket.take(1, now)) {
        taken++;
      }
    }
    assertThat(taken).isBetween(298, 300);
  }

  @Test
  void tombstonesForgetTheOldest() {
    var stones = new Tombstones(10);
    for (int id = 1; id <= 25; id += 2) {
      stones.add(id, id * 10L);
    }
    assertThat(stones.contains(1)).isFalse();
    assertThat(stones.contains(5)).isFalse();
    assertThat(stones.contains(7)).isTrue();
    assertThat(stones.contains(25)).isTrue();
    assertThat(stones.charge(5, 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(stones.charge(7, 30)).isEqualTo(40);
    assertThat(stones.charge(7, 41)).isEqualTo(-1);
    assertThat(stones.charge(7, 40)).isZero();
  }

  @Test
  void aQueueOfNumbersKeepsOrderAndBound() {
    Seeds.check(
        100,
        random -> {
          int limit = 1 + random.nextInt(20);
          var queue = new WordQueue(limit);
          var model = new ArrayDeque<Long>();
          for (int i = 0; i < 200; i++) {
            if (random.oneIn(3) && !model.isEmpty()) {
              assertThat(queue.take()).isEqualTo(model.remove());
            } else {
              long word = random.nextLong();
              assertThat(queue.add(word)).isEqualTo(model.size() < limit);
              if (model.size() < limit) {
                model.add(word);
              }
            }
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
          }
        });
  }

  @Test
  void aHeartbeatTakesOneAnswerPerPingAndSmoothsTheRoundTrip() {
    var heart = new Heartbeat(30 * SECOND, 20 * SECOND);
    heart.begin(0);
    assertThat(heart.onAnswer(0, 1)).as("not sent yet").isZero();
    assertThat(heart.send(100)).isZero();
    assertThat(heart.onAnswer(1, 200)).isZero();
    assertThat(heart.onAnswer(0, 300)).isEqualTo(200);
    assertThat(heart.onAnswer(0, 400)).isZero();
    assertThat(heart.rttNanos()).isEqualTo(200);
    assertThat(heart.deadlineNanos()).isEqualTo(300 + 30 * SECOND);
    assertThat(heart.shouldBegin(299 + 30 * SECOND)).isFalse();
    assertThat(heart.shouldBegin(300 + 30 * SECOND)).isTrue();
    heart.begin(1000 * SECOND);
    assertThat(heart.send(1000 * SECOND)).isEqualTo(1);
    assertThat(heart.isDead(1019 * SECOND)).isFalse();
    assertThat(heart.isDead(1020 * SECOND)).isTrue();
    heart.onInput(1010 * SECOND);
    assertThat(heart.isDead(1020 * SECOND)).isFalse();
    assertThat(heart.onAnswer(1, 1000 * SECOND + 400)).isEqualTo(400);
    assertThat(heart.rttNanos()).isEqualTo(300);
  }
}
