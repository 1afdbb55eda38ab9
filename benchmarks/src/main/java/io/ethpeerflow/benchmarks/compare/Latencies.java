package io.ethpeerflow.benchmarks.compare;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Durations of the same thing done many times, summed up by the names that the contract gives. */
final class Latencies {
  private final long[] nanos;

  /** Room for {@code count} durations. */
  Latencies(int count) {
    nanos = new long[count];
  }

  /** Notes the duration of number {@code index}. Different indices may be noted by any threads. */
  void set(int index, long durationNanos) {
    nanos[index] = durationNanos;
  }

  int count() {
    return nanos.length;
  }

  Map<String, Object> results() {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("count", nanos.length);
    found.put("p50Micros", micros(percentile(sorted, 0.50)));
    found.put("p99Micros", micros(percentile(sorted, 0.99)));
    return found;
  }

  /** With the rate of all of them within {@code elapsedNanos}. */
  Map<String, Object> results(long elapsedNanos) {
    Map<String, Object> found = results();
    double seconds = elapsedNanos / 1e9;
    found.put("seconds", seconds);
    found.put("perSecond", nanos.length / seconds);
    return found;
  }

  /** The nearest rank; 0 of nothing. */
  private static long percentile(long[] sorted, double part) {
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(part * sorted.length) - 1;
    return sorted[Math.max(rank, 0)];
  }

  private static double micros(long nanos) {
    return Math.round(nanos / 100.0) / 10.0;
  }
}
