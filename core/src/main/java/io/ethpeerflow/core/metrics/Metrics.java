package io.ethpeerflow.core.metrics;

import java.util.function.LongSupplier;

/**
 * Where the library counts. {@link #NONE} costs a virtual call that does nothing; an adapter in the
 * node program binds it to Micrometer. Names are dotted, tags come in pairs. Meters are looked up
 * once and kept, never on a hot path. Any thread.
 */
public interface Metrics {
  /** Counts nothing. */
  Metrics NONE =
      new Metrics() {
        @Override
        public Counter counter(String name, String... tags) {
          return amount -> {};
        }

        @Override
        public Timer timer(String name, String... tags) {
          return nanos -> {};
        }

        @Override
        public void gauge(String name, LongSupplier value, String... tags) {}
      };

  /** A number that only grows. */
  @FunctionalInterface
  interface Counter {
    /** Adds, at least 0. */
    void add(long amount);

    /** Adds one. */
    default void increment() {
      add(1);
    }
  }

  /** A distribution of durations. */
  @FunctionalInterface
  interface Timer {
    /** Records one duration. */
    void recordNanos(long nanos);
  }

  /** The counter of that name and tags. */
  Counter counter(String name, String... tags);

  /** The timer of that name and tags. */
  Timer timer(String name, String... tags);

  /** Registers a value that is read on demand, from any thread. */
  void gauge(String name, LongSupplier value, String... tags);
}
