package io.ethpeerflow.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is called flat, on made-up series of ten minutes with a cycle every twenty seconds. */
class VerdictTest {
  private static final int CYCLES = 30;
  private static final int CYCLE_SECONDS = 20;
  private static final double MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void callsNoiseFlat(long seed) {
    var random = new Random(seed);

    Verdict heap = heap(cycle -> 20 + 0.15 * random.nextGaussian(), seed);

    assertThat(heap.isFlat()).as(heap.toRow()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void callsSawToothFlat(long seed) {
    var random = new Random(seed);

    Verdict heap = heap(cycle -> 20 + 0.2 * (cycle % 5) + 0.05 * random.nextGaussian(), seed);

    assertThat(heap.isFlat()).as(heap.toRow()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void callsSmallLeakBehindNoiseNotFlat(long seed) {
    var random = new Random(seed);

    // 3 MiB in ten minutes where 20 MiB are alive
    Verdict heap = heap(cycle -> 20 + 0.1 * cycle + 0.3 * random.nextGaussian(), seed);

    assertThat(heap.isFlat()).as(heap.toRow()).isFalse();
  }

  @Test
  void callsOneDescriptorPerCycleNotFlat() {
    assertThat(of(Series.DESCRIPTORS, cycle -> 40 + cycle, 1).isFlat()).isFalse();
  }

  @Test
  void callsConstantsFlatWithAnIntervalOfNoWidth() {
    Verdict threads = of(Series.THREADS, cycle -> 17, 1);

    assertThat(threads.isFlat()).isTrue();
    assertThat(threads.trend()).isEqualTo(new Trend(0, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void callsStepThatStaysNotFlat(long seed) {
    var random = new Random(seed);

    Verdict heap = heap(cycle -> (cycle < 20 ? 20 : 24) + 0.1 * random.nextGaussian(), seed);

    assertThat(heap.isFlat()).as(heap.toRow()).isFalse();
  }

  @Test
  void overlooksAnOutlier() {
    assertThat(heap(cycle -> cycle == 22 ? 200 : 20, 1).isFlat()).isTrue();
  }

  @Test
  void doesNotHoldWhatFallsAgainstIt() {
    assertThat(heap(cycle -> 40 - 0.5 * cycle, 1).isFlat()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void judgesASeriesThatFellOnceByWhatCameAfter(long seed) {
    var random = new Random(seed);

    Verdict steady = heap(cycle -> (cycle < 12 ? 22.3 : 19.8) + 0.15 * random.nextGaussian(), seed);
    Verdict leaking =
        heap(cycle -> (cycle < 12 ? 24 : 18 + 0.15 * cycle) + 0.15 * random.nextGaussian(), seed);

    assertThat(steady.isFlat()).as(steady.toRow()).isTrue();
    assertThat(leaking.isFlat()).as(leaking.toRow()).isFalse();
  }

  @Test
  void overlooksGrowthWithinTheWarmUp() {
    assertThat(heap(cycle -> cycle < 6 ? 10 + cycle : 20, 1).isFlat()).isTrue();
  }

  @Test
  void looksAtQuietSamplesOnly() {
    List<Sample> samples = new ArrayList<>(samples(Series.SOCKETS, cycle -> 9));
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      double seconds = CYCLE_SECONDS * (cycle + 0.5);
      samples.add(
          new Sample(seconds, cycle, Sample.Phase.TROUBLE, values(Series.SOCKETS, 50 + cycle)));
    }
    samples.sort((one, other) -> Double.compare(one.seconds(), other.seconds()));

    Verdict sockets = of(samples, Series.SOCKETS, 1);

    assertThat(sockets.isFlat()).as(sockets.toRow()).isTrue();
    assertThat(sockets.level()).isEqualTo(9);
  }

  @Test
  void doesNotCallTooFewPointsFlat() {
    List<Sample> few = samples(Series.THREADS, cycle -> 17).subList(0, 6);

    assertThat(Verdict.of(few, 1)).noneMatch(Verdict::isFlat);
  }

  @Test
  void joinsTheCyclesOfAThreeDaySoak() {
    var hours = 72;
    var samples = new ArrayList<Sample>();
    for (int cycle = 0; cycle < hours * 180; cycle++) {
      double leaked = 16.0 * cycle / 1024; // 16 KiB in each
      samples.add(
          new Sample(
              cycle * 20.0,
              cycle,
              Sample.Phase.QUIET,
              values(Series.HEAP_LIVE, (long) ((20 + leaked) * MIB))));
    }

    Verdict heap = of(samples, Series.HEAP_LIVE, 1);

    assertThat(heap.points()).isBetween(Verdict.MAX_POINTS / 2, Verdict.MAX_POINTS);
    assertThat(heap.isFlat()).isFalse();
    assertThat(Objects.requireNonNull(heap.trend()).slope())
        .isBetween(2.7, 2.9); // 180 cycles an hour
  }

  private static Verdict heap(IntToDoubleFunction mebibytes, long seed) {
    return of(Series.HEAP_LIVE, cycle -> mebibytes.applyAsDouble(cycle) * MIB, seed);
  }

  private static Verdict of(Series series, IntToDoubleFunction valueOfCycle, long seed) {
    return of(samples(series, valueOfCycle), series, seed);
  }

  private static Verdict of(List<Sample> samples, Series series, long seed) {
    return Verdict.of(samples, seed).stream()
        .filter(verdict -> verdict.series() == series)
        .findFirst()
        .orElseThrow();
  }

  private static List<Sample> samples(Series series, IntToDoubleFunction valueOfCycle) {
    return IntStream.range(0, CYCLES)
        .mapToObj(
            cycle ->
                new Sample(
                    (cycle + 1.0) * CYCLE_SECONDS,
                    cycle,
                    Sample.Phase.QUIET,
                    values(series, (long) valueOfCycle.applyAsDouble(cycle))))
        .toList();
  }

  private static Map<Series, Long> values(Series series, long value) {
    var values = new EnumMap<Series, Long>(Series.class);
    Arrays.stream(Series.values()).forEach(other -> values.put(other, 0L));
    values.put(series, value);
    return values;
  }
}
