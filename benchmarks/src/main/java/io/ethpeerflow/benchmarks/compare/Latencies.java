package io.ethpeerflow.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Durations of the same thing done many times, summed up by the names that the contract gives. Any
 * thread may add one.
 */
final class Latencies {
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Histogram nanos = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

  void add(long durationNanos) {
    nanos.recordValue(durationNanos);
  }

  Map<String, Object> results() {
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("count", nanos.getTotalCount());
    found.put("p50Micros", percentileMicros(50));
    found.put("p99Micros", percentileMicros(99));
    return found;
  }

  /** With the rate of all of them within {@code elapsedNanos}. */
  Map<String, Object> results(long elapsedNanos) {
    Map<String, Object> found = results();
    double seconds = elapsedNanos / 1e9;
    found.put("seconds", seconds);
    found.put("perSecond", nanos.getTotalCount() / seconds);
    return found;
  }

  private double percentileMicros(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e3;
  }
}
