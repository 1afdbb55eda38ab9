package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Keeps what was counted, by a key such as {@code name{tag=value,other=value}}. */
public final class RecordingMetrics implements Metrics {
  private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> timers = new ConcurrentHashMap<>();
  private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();

  /** Nothing counted yet. */
  public RecordingMetrics() {}

  @Override
  public Counter counter(String name, String... tags) {
    return counters.computeIfAbsent(key(name, tags), k -> new LongAdder())::add;
  }

  @Override
  public Timer timer(String name, String... tags) {
    LongAdder count = timers.computeIfAbsent(key(name, tags), k -> new LongAdder());
    return nanos -> count.increment();
  }

  @Override
  public void gauge(String name, LongSupplier value, String... tags) {
    gauges.put(key(name, tags), value);
  }

  /** The value of a counter; 0 when there is none. */
  public long counted(String key) {
    LongAdder counter = counters.get(key);
    return counter == null ? 0 : counter.sum();
  }

  /** How many durations a timer got; 0 when there is none. */
  public long timed(String key) {
    LongAdder count = timers.get(key);
    return count == null ? 0 : count.sum();
  }

  /**
   * The value of a gauge now.
   *
   * @throws IllegalArgumentException when there is none
   */
  public long gauged(String key) {
    LongSupplier gauge = gauges.get(key);
    if (gauge == null) {
      throw new IllegalArgumentException("no gauge " + key + " among " + gauges.keySet());
    }
    return gauge.getAsLong();
  }

  private static String key(String name, String... tags) {
    var text = new StringBuilder(name);
    for (int i = 0; i < tags.length; i += 2) {
      text.append(i == 0 ? '{' : ',').append(tags[i]).append('=').append(tags[i + 1]);
    }
    return tags.length == 0 ? name : text.append('}').toString();
  }
}
