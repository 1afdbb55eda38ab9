package io.ethpeerflow.interop.unified;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** The figures of one measurement, and the section of the report that they make. */
final class Samples {
  /** How many interquartile ranges beyond the quartiles the outliers begin. */
  private static final double OUTLIER_RANGES = 1.5;

  private final double[] sorted;

  /** At least one figure, in any order. */
  Samples(double... figures) {
    if (figures.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    sorted = figures.clone();
    Arrays.sort(sorted);
  }

  /**
   * A section as in the contract's example, where the least and the greatest leave outliers out.
   *
   * @param decimals how many are printed
   */
  String section(String name, String unit, int decimals) {
    double q1 = quantile(0.25);
    double q3 = quantile(0.75);
    double reach = OUTLIER_RANGES * (q3 - q1);
    DoublePredicate outlier = figure -> figure < q1 - reach || figure > q3 + reach;
    double[] inliers = Arrays.stream(sorted).filter(outlier.negate()).toArray();
    return String.join(
        "\n",
        name + ":",
        "  iterations: " + sorted.length,
        "  min: " + text(decimals, inliers[0]),
        "  q1: " + text(decimals, q1),
        "  median: " + text(decimals, quantile(0.5)),
        "  q3: " + text(decimals, q3),
        "  max: " + text(decimals, inliers[inliers.length - 1]),
        "  outliers: [" + text(decimals, Arrays.stream(sorted).filter(outlier).toArray()) + "]",
        "  samples: [" + text(decimals, sorted) + "]",
        "  unit: " + unit,
        "");
  }

  /** Figures as the reports have them. */
  static String text(int decimals, double... figures) {
    return DoubleStream.of(figures)
        .mapToObj(figure -> String.format(Locale.ROOT, "%." + decimals + "f", figure))
        .collect(Collectors.joining(", "));
  }

  /** Interpolates between the two nearest. */
  private double quantile(double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
  }
}
