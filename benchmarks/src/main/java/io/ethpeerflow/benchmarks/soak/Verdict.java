package io.ethpeerflow.benchmarks.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether one series stayed flat.
 *
 * <p>A series is flat when its whole confidence interval lies below the tolerance, which is the
 * growth allowed divided by the time looked at, and when the median of the last quarter exceeds
 * that of the first by no more than that growth: a single step that stays is a leak as well. What
 * falls is no leak; a series that fell is judged by what came after.
 *
 * @param series which
 * @param points how many there were after warm-up
 * @param level the median, in the series' unit
 * @param trend per hour; null when there are too few points
 * @param tolerancePerHour the slope that passes
 * @param shift by how much the last quarter lies above the first
 */
record Verdict(
    Series series,
    int points,
    double level,
    @Nullable Trend trend,
    double tolerancePerHour,
    double shift) {
  /** More points than these are joined, several to one median, which bounds the fit's cost. */
  static final int MAX_POINTS = 120;

  private static final double SECONDS_PER_HOUR = 3600;

  /** What is left out at the beginning: a quarter of the time, and no more than an hour. */
  static double warmUpSeconds(double totalSeconds) {
    return Math.min(totalSeconds / 4, SECONDS_PER_HOUR);
  }

  /**
   * Judges every series by the samples of the quiet phases after the warm-up, each cycle one
   * median.
   */
  static List<Verdict> of(List<Sample> samples, long seed) {
    double total = samples.isEmpty() ? 0 : samples.getLast().seconds();
    double from = warmUpSeconds(total);
    var cycles = new TreeMap<Integer, List<Sample>>();
    for (Sample sample : samples) {
      if (sample.phase() == Sample.Phase.QUIET && sample.seconds() >= from) {
        cycles.computeIfAbsent(sample.cycle(), cycle -> new ArrayList<>()).add(sample);
      }
    }
    List<List<Sample>> groups = joined(List.copyOf(cycles.values()));
    double[] hours =
        groups.stream().mapToDouble(group -> median(group, Sample::seconds) / 3600).toArray();
    var verdicts = new ArrayList<Verdict>();
    for (Series series : Series.values()) {
      double[] values =
          groups.stream()
              .mapToDouble(group -> median(group, sample -> series.scaled(sample.value(series))))
              .toArray();
      verdicts.add(of(series, hours, values, new Random(seed)));
    }
    return verdicts;
  }

  /**
   * Judges one series.
   *
   * @param hours ascending
   * @param values in the unit of the series
   */
  static Verdict of(Series series, double[] hours, double[] values, Random random) {
    int fallen = endOfFall(values, series.allowedGrowth());
    if (fallen > 0) {
      return of(
          series,
          Arrays.copyOfRange(hours, fallen, hours.length),
          Arrays.copyOfRange(values, fallen, values.length),
          random);
    }
    int count = hours.length;
    if (count < Trend.MIN_POINTS) {
      return new Verdict(series, count, Double.NaN, null, Double.NaN, Double.NaN);
    }
    int quarter = count / 4;
    double shift =
        Trend.median(Arrays.copyOfRange(values, count - quarter, count))
            - Trend.median(Arrays.copyOf(values, quarter));
    return new Verdict(
        series,
        count,
        Trend.median(values.clone()),
        Trend.of(hours, values, random),
        series.allowedGrowth() / (hours[count - 1] - hours[0]),
        shift);
  }

  /**
   * Where a series that fell once in its first half has come down: how many points lie before. A
   * fall that large would make any interval wide, and could hide a leak that comes after it. 0
   * unless the two sides, split where their deviations from their medians are least, differ by more
   * than {@code least}, or too few points would be left.
   */
  private static int endOfFall(double[] values, double least) {
    int best = 0;
    double leastDeviation = Double.POSITIVE_INFINITY;
    int latest = Math.min(values.length / 2, values.length - Trend.MIN_POINTS);
    for (int split = 1; split <= latest; split++) {
      double before = Trend.median(Arrays.copyOf(values, split));
      double after = Trend.median(Arrays.copyOfRange(values, split, values.length));
      double deviation = 0;
      for (int i = 0; i < values.length; i++) {
        deviation += Math.abs(values[i] - (i < split ? before : after));
      }
      if (deviation < leastDeviation) {
        leastDeviation = deviation;
        best = before - after > least ? split : 0;
      }
    }
    return best;
  }

  boolean isFlat() {
    return trend != null && trend.high() <= tolerancePerHour && shift <= series.allowedGrowth();
  }

  /** One row of the table, whose head is {@link #tableHead}. */
  String toRow() {
    if (trend == null) {
      return "%-18s  too few points to say: %d < %d"
          .formatted(series.label(), points, Trend.MIN_POINTS);
    }
    return String.format(
        Locale.ROOT,
        "%-18s  %-8s  %9.2f  %+10.3f  %+10.3f .. %+10.3f  %10.3f  %+8.2f of %.1f",
        series.label(),
        isFlat() ? "flat" : "NOT FLAT",
        level,
        trend.slope(),
        trend.low(),
        trend.high(),
        tolerancePerHour,
        shift,
        series.allowedGrowth());
  }

  static String tableHead() {
    return "%-18s  %-8s  %9s  %10s  %24s  %10s  %s"
        .formatted(
            "series",
            "",
            "median",
            "slope/h",
            "95 % interval",
            "tolerance",
            "last - first quarter");
  }

  private static List<List<Sample>> joined(List<List<Sample>> groups) {
    int each = Math.ceilDiv(groups.size(), MAX_POINTS);
    if (each <= 1) {
      return groups;
    }
    var joined = new ArrayList<List<Sample>>();
    for (int i = 0; i < groups.size(); i += each) {
      joined.add(
          groups.subList(i, Math.min(i + each, groups.size())).stream()
              .flatMap(List::stream)
              .toList());
    }
    return joined;
  }

  private static double median(
      List<Sample> group, java.util.function.ToDoubleFunction<Sample> value) {
    return Trend.median(group.stream().mapToDouble(value).toArray());
  }
}
