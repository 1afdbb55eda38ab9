package io.ethpeerflow.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The slope and its interval. */
class TrendTest {
  private static final int POINTS = 24;

  @Test
  void findsTheSlopeOfALine() {
    double[] times = times(POINTS);
    double[] values = IntStream.range(0, POINTS).mapToDouble(i -> 7 + 2.5 * times[i]).toArray();

    Trend trend = Trend.of(times, values, new Random(1));

    assertThat(trend.slope()).isCloseTo(2.5, within(1e-9));
    assertThat(trend.high() - trend.low()).isLessThan(1e-9);
  }

  @Test
  void isNotTiltedByAFifthOfOutliers() {
    double[] times = times(25);
    double[] values =
        IntStream.range(0, 25).mapToDouble(i -> i >= 20 ? 1000 : 2 * times[i]).toArray();

    assertThat(Trend.of(times, values, new Random(1)).slope()).isBetween(1.9, 5.0);
  }

  @Test
  void coversTheTrueSlopeMostlyAlsoWhenNeighboursResembleEachOther() {
    double[] times = times(POINTS);
    int covered = 0;
    int rounds = 200;
    for (int round = 0; round < rounds; round++) {
      var random = new Random(round);
      double[] values = new double[POINTS];
      double noise = 0;
      for (int i = 0; i < POINTS; i++) {
        noise = 0.4 * noise + random.nextGaussian();
        values[i] = 0.3 * times[i] + noise;
      }
      Trend trend = Trend.of(times, values, random);
      if (trend.low() <= 0.3 && 0.3 <= trend.high()) {
        covered++;
      }
    }

    assertThat(covered).isGreaterThan(rounds * 8 / 10);
  }

  @Test
  void refusesTooFewPoints() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trend.of(times(7), times(7), new Random(1)));
  }

  private static double[] times(int count) {
    return IntStream.range(0, count).mapToDouble(i -> i).toArray();
  }
}
