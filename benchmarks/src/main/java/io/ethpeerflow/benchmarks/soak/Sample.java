package io.ethpeerflow.benchmarks.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The host under test at one moment.
 *
 * @param seconds since the soak began
 * @param cycle in which cycle, from 0
 * @param phase in which part of it
 * @param values of each series
 */
record Sample(double seconds, int cycle, Phase phase, Map<Series, Long> values) {
  /** The parts of a cycle. */
  enum Phase {
    /** Disturbances happen: operations may fail. */
    TROUBLE,
    /** Traffic without a disturbance: nothing may fail. */
    CALM,
    /** No traffic: what is held now is held for no reason. Slopes are fitted to these. */
    QUIET
  }

  /** The first line of a file of samples. */
  static String header() {
    return "seconds,cycle,phase,"
        + Arrays.stream(Series.values())
            .map(series -> series.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(","));
  }

  /** One line of a file of samples. */
  String toLine() {
    return String.format(Locale.ROOT, "%.3f,%d,%s,", seconds, cycle, phase) + valuesToLine(values);
  }

  /** The value of one series. */
  long value(Series series) {
    return Objects.requireNonNull(values.get(series));
  }

  static Sample parse(String line) {
    List<String> fields = new ArrayList<>(List.of(line.split(",")));
    double seconds = Double.parseDouble(fields.remove(0));
    int cycle = Integer.parseInt(fields.remove(0));
    Phase phase = Phase.valueOf(fields.remove(0));
    return new Sample(seconds, cycle, phase, parseValues(String.join(",", fields)));
  }

  static String valuesToLine(Map<Series, Long> values) {
    return Arrays.stream(Series.values())
        .map(series -> String.valueOf(values.get(series)))
        .collect(Collectors.joining(","));
  }

  static Map<Series, Long> parseValues(String line) {
    String[] fields = line.split(",");
    Series[] all = Series.values();
    if (fields.length != all.length) {
      throw new IllegalArgumentException(fields.length + " values instead of " + all.length);
    }
    var values = new EnumMap<Series, Long>(Series.class);
    for (int i = 0; i < all.length; i++) {
      values.put(all[i], Long.valueOf(fields[i]));
    }
    return values;
  }
}
