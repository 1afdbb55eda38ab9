package io.ethpeerflow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LatenciesTest {
  private final Latencies latencies = new Latencies();

  @Test
  void ranksAreThoseOfTheSortedDurations() {
    for (int i = 100; i >= 1; i--) {
      latencies.add(i);
    }
    assertThat(latencies.percentileNanos(50)).isEqualTo(50);
    assertThat(latencies.percentileNanos(99)).isEqualTo(99);
    assertThat(latencies.percentileNanos(100)).isEqualTo(100);

    latencies.add(1);
    assertThat(latencies.percentileNanos(1)).isEqualTo(1);
    assertThat(latencies.percentileNanos(2)).isEqualTo(2);
  }

  @Test
  void oneDurationIsEveryRank() {
    latencies.add(7);
    assertThat(latencies.percentileNanos(0.1)).isEqualTo(7);
    assertThat(latencies.percentileNanos(99)).isEqualTo(7);
  }

  @Test
  void nothingIsZero() {
    assertThat(latencies.percentileNanos(50)).isZero();
    assertThat(latencies.perSecond(0)).isZero();
    assertThat(latencies.putInto(JsonLine.of()))
        .hasToString("{\"count\":0,\"p50Micros\":0.0,\"p99Micros\":0.0}");
  }

  @Test
  void theRateIsCountedOverTheWholeTime() {
    latencies.add(1500);
    latencies.add(2500);
    assertThat(latencies.putInto(JsonLine.of(), 500_000_000))
        .hasToString(
            "{\"seconds\":0.5,\"perSecond\":4.0,\"count\":2,\"p50Micros\":1.5,\"p99Micros\":2.5}");
  }

  @ParameterizedTest
  @CsvSource({"999, 1.0 µs", "123456, 123.5 µs", "1500000, 1.500 ms", "2000000000, 2.000 s"})
  void peopleReadTheUnitThatFits(long nanos, String text) {
    assertThat(Latencies.format(nanos)).isEqualTo(text);
  }
}
