package io.ethpeerflow.gossipsub.score;

import java.time.Duration;

/** What the parameters of scores may be. */
final class Check {
  private Check() {}

  static void that(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " is not " + allowed);
    }
  }

  static void finite(String name, double value) {
    that(Double.isFinite(value), name, value, "finite");
  }

  static void reward(String name, double weight) {
    finite(name, weight);
    that(weight >= 0, name, weight, "at least 0");
  }

  static void penalty(String name, double weight) {
    finite(name, weight);
    that(weight <= 0, name, weight, "at most 0");
  }

  static void decay(String name, double factor) {
    that(factor > 0 && factor < 1, name, factor, "between 0 and 1");
  }

  static void positive(String name, double value) {
    finite(name, value);
    that(value > 0, name, value, "positive");
  }

  static void positive(String name, Duration value) {
    that(value.isPositive(), name, value, "positive");
    bounded(name, value);
  }

  static void notNegative(String name, Duration value) {
    that(!value.isNegative(), name, value, "at least 0");
    bounded(name, value);
  }

  private static void bounded(String name, Duration value) {
    that(value.toDays() <= 3650, name, value, "at most ten years");
  }
}
