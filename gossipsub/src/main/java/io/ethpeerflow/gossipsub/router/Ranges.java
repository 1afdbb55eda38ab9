package io.ethpeerflow.gossipsub.router;

import java.time.Duration;

/** The checks of parameters that several records share. */
final class Ranges {
  private static final Duration MOST = Duration.ofDays(365);

  private Ranges() {}

  static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " < 1");
    }
  }

  static void requirePositive(String name, Duration value) {
    if (value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " is not positive");
    }
    requireNotNegative(name, value);
  }

  static void requireNotNegative(String name, Duration value) {
    if (value.isNegative() || value.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          name + ": " + value + " is not 0 to " + MOST.toDays() + " d");
    }
  }
}
