package io.ethpeerflow.node.cli;

import java.util.Arrays;
import java.util.Locale;

/** Durations of many operations, summed up by rank. Not thread-safe. */
final class Latencies {
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private long[] nanos = new long[64];
  private int count;
  private boolean sorted;

  /** Adds one. */
  void add(long oneNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = oneNanos;
    sorted = false;
  }

  /** How many there are. */
  int count() {
    return count;
  }

  /**
   * The nearest rank: the smallest duration that at least {@code percent} of all do not exceed.
   *
   * @param percent over 0 to 100
   * @return 0 when there is none
   */
  long percentileNanos(double percent) {
    if (count == 0) {
      return 0;
    }
    if (!sorted) {
      Arrays.sort(nanos, 0, count);
      sorted = true;
    }
    int rank = (int) Math.ceil(percent / 100 * count);
    return nanos[Math.max(1, Math.min(rank, count)) - 1];
  }

  /** Adds {@code count}, {@code p50Micros} and {@code p99Micros}. */
  JsonLine putInto(JsonLine line) {
    return line.put("count", count)
        .put("p50Micros", percentileNanos(50) / NANOS_PER_MICRO)
        .put("p99Micros", percentileNanos(99) / NANOS_PER_MICRO);
  }

  /** Adds the rate too. */
  JsonLine putInto(JsonLine line, long elapsedNanos) {
    double seconds = elapsedNanos / NANOS_PER_SECOND;
    return putInto(line.put("seconds", seconds).put("perSecond", perSecond(elapsedNanos)));
  }

  /** How many a second. */
  double perSecond(long elapsedNanos) {
    return elapsedNanos == 0 ? 0 : count * NANOS_PER_SECOND / elapsedNanos;
  }

  /** For people. */
  String describe() {
    return "p50 " + format(percentileNanos(50)) + ", p99 " + format(percentileNanos(99));
  }

  /** For people: with the unit that fits. */
  static String format(long nanos) {
    return nanos < NANOS_PER_MILLI
        ? String.format(Locale.ROOT, "%.1f µs", nanos / NANOS_PER_MICRO)
        : nanos < NANOS_PER_SECOND
            ? String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MILLI)
            : String.format(Locale.ROOT, "%.3f s", nanos / NANOS_PER_SECOND);
  }
}
