package io.ethpeerflow.interop.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void outliersAreListedAndLeftOutOfTheExtremes() {
    assertThat(
            new Samples(2.05, 2.02, 2.06, 2.05, 2.04, 2.06, 2.06, 2.06, 2.06, 2.09)
                .section("upload", "Gbps", 2))
        .isEqualTo(
            """
            upload:
              iterations: 10
              min: 2.04
              q1: 2.05
              median: 2.06
              q3: 2.06
              max: 2.06
              outliers: [2.02, 2.09]
              samples: [2.02, 2.04, 2.05, 2.05, 2.06, 2.06, 2.06, 2.06, 2.06, 2.09]
              unit: Gbps
            """);
  }

  @Test
  void aQuantileBetweenTwoFiguresIsInterpolated() {
    assertThat(new Samples(1, 2, 3, 4).section("latency", "ms", 3))
        .contains("  q1: 1.750\n", "  median: 2.500\n", "  q3: 3.250\n", "  outliers: []\n");
  }

  @Test
  void oneFigureIsEveryQuantile() {
    assertThat(new Samples(7).section("latency", "ms", 0))
        .contains("  min: 7\n", "  q1: 7\n", "  median: 7\n", "  q3: 7\n", "  max: 7\n");
  }

  @Test
  void noFiguresAreRefused() {
    assertThatThrownBy(Samples::new).isInstanceOf(IllegalArgumentException.class);
  }
}
