package io.ethpeerflow.benchmarks.soak;

import java.util.Arrays;
import java.util.Random;

/**
 * The slope of a series: Theil–Sen's, the median of the slopes between all pairs of points, which
 * neither a collector's saw-tooth nor a few outliers tilt; with a 95 % interval by a bootstrap of
 * the residuals, which are first widened by what their correlation with their neighbours hides:
 * with a correlation {@code r}, {@code n} points tell as much as {@code n (1 - r) / (1 + r)}
 * independent ones.
 *
 * @param slope per unit of time
 * @param low the lower end of the interval
 * @param high the upper end of the interval
 */
record Trend(double slope, double low, double high) {
  /** The fewest points that a slope is fitted to. */
  static final int MIN_POINTS = 8;

  private static final int RESAMPLES = 500;
  private static final double TAIL = 0.025;
  private static final double MAX_CORRELATION = 0.9;

  /**
   * Fits a series.
   *
   * @param times ascending
   * @param values one for each time, {@link #MIN_POINTS} at least
   * @param random draws the bootstrap's samples
   */
  static Trend of(double[] times, double[] values, Random random) {
    int count = times.length;
    if (count != values.length || count < MIN_POINTS) {
      throw new IllegalArgumentException(
          "a trend of " + count + " times and " + values.length + " values");
    }
    double slope = medianSlope(times, values);
    double[] fitted = new double[count];
    double[] residuals = new double[count];
    for (int i = 0; i < count; i++) {
      fitted[i] = slope * times[i];
      residuals[i] = values[i] - fitted[i];
    }
    double widening = widening(residuals);
    double[] slopes = new double[RESAMPLES];
    double[] resampled = new double[count];
    for (int round = 0; round < RESAMPLES; round++) {
      for (int i = 0; i < count; i++) {
        resampled[i] = fitted[i] + widening * residuals[random.nextInt(count)];
      }
      slopes[round] = medianSlope(times, resampled);
    }
    Arrays.sort(slopes);
    return new Trend(slope, quantile(slopes, TAIL), quantile(slopes, 1 - TAIL));
  }

  /**
   * The root of (1 + r) / (1 - r), where r is the lag-1 correlation without its bias towards -1/n,
   * and of n / (n - 2), by which a fit makes residuals too small.
   */
  private static double widening(double[] residuals) {
    int count = residuals.length;
    double mean = Arrays.stream(residuals).average().orElseThrow();
    double variance = 0;
    double covariance = 0;
    for (int i = 0; i < count; i++) {
      double deviation = residuals[i] - mean;
      variance += deviation * deviation;
      covariance += i == 0 ? 0 : deviation * (residuals[i - 1] - mean);
    }
    double measured = variance == 0 ? 0 : covariance / variance;
    double correlation = Math.clamp(measured + (1 + 4 * measured) / count, 0, MAX_CORRELATION);
    return Math.sqrt((1 + correlation) / (1 - correlation) * count / (count - 2));
  }

  private static double medianSlope(double[] times, double[] values) {
    int count = times.length;
    double[] slopes = new double[count * (count - 1) / 2];
    int filled = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        slopes[filled++] = (values[j] - values[i]) / (times[j] - times[i]);
      }
    }
    return median(slopes);
  }

  /** The median; sorts the array. */
  static double median(double[] values) {
    Arrays.sort(values);
    return quantile(values, 0.5);
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
