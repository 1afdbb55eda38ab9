package io.ethpeerflow.node.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofSeconds(10);

  private final Backoff backoff = new Backoff(FIRST, MAX, new Random(7));

  @Test
  void waitsDoubleUpToTheLongestAndVaryByAQuarter() {
    long wantedNanos = FIRST.toNanos();
    for (int i = 0; i < 12; i++) {
      assertThat(backoff.nextNanos()).isBetween(wantedNanos - wantedNanos / 4, wantedNanos);
      wantedNanos = Math.min(wantedNanos * 2, MAX.toNanos());
    }
  }

  @Test
  void beginsAnewAfterASuccess() {
    backoff.nextNanos();
    backoff.nextNanos();
    backoff.reset();
    assertThat(backoff.nextNanos()).isLessThanOrEqualTo(FIRST.toNanos());
  }

  @Test
  void twoNodesDoNotWaitTheSame() {
    var other = new Backoff(FIRST, MAX, new Random(8));
    assertThat(backoff.nextNanos()).isNotEqualTo(other.nextNanos());
  }

  @Test
  void refusesRangesThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ZERO, MAX, new Random(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(MAX, FIRST, new Random(1)));
  }
}
