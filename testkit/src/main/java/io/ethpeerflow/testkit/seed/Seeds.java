package io.ethpeerflow.testkit.seed;

import java.security.SecureRandom;

/**
 * Runs a property many times, each time with a generator of its own seed, and says on failure which
 * seed to replay.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code -Dseed=S} runs only the one case with that seed (decimal, or hexadecimal with {@code
 *       0x});
 *   <li>{@code -Dseeds.fresh=true} starts from a new random seed: by default every run tries the
 *       same cases, so that a build gives the same answer twice;
 *   <li>{@code -Dseeds.factor=N} multiplies the number of cases, for long runs.
 * </ul>
 */
public final class Seeds {
  private static final long DEFAULT_BASE = 0x5eed_0000_0000_0001L;

  private Seeds() {}

  /**
   * Checks a property.
   *
   * @param iterations the number of cases, at least 1
   * @param property fails by throwing anything
   * @throws AssertionError on the first failing case; the message carries the seed, the cause is
   *     what the property threw
   */
  public static void check(int iterations, Property property) {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations: " + iterations + " < 1");
    }
    String only = System.getProperty("seed");
    if (only != null && !only.isBlank()) {
      checkOne(parse(only), 0, 1, property);
      return;
    }
    long cases = (long) iterations * Integer.getInteger("seeds.factor", 1);
    var bases = new SeededRandom(base());
    for (long i = 0; i < cases; i++) {
      checkOne(bases.nextLong(), i, cases, property);
    }
  }

  /**
   * The seed for a test that needs just one: {@code -Dseed=S} when given, else the fallback, else
   * (with {@code -Dseeds.fresh=true}) a new one. The test puts it in its failure messages.
   */
  public static long single(long fallback) {
    String only = System.getProperty("seed");
    if (only != null && !only.isBlank()) {
      return parse(only);
    }
    return Boolean.getBoolean("seeds.fresh") ? new SecureRandom().nextLong() : fallback;
  }

  /** The form in which messages print a seed, and {@code -Dseed=} accepts it. */
  public static String text(long seed) {
    return "0x" + Long.toHexString(seed);
  }

  /**
   * Reads a seed: decimal with an optional sign, or hexadecimal of up to 64 bits after {@code 0x}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static long parse(String text) {
    String trimmed = text.trim();
    try {
      return trimmed.startsWith("0x")
          ? Long.parseUnsignedLong(trimmed.substring(2), 16)
          : Long.parseLong(trimmed);
    } catch (NumberFormatException malformed) {
      throw new IllegalArgumentException("not a seed: \"" + text + "\"", malformed);
    }
  }

  private static long base() {
    return Boolean.getBoolean("seeds.fresh") ? new SecureRandom().nextLong() : DEFAULT_BASE;
  }

  @SuppressWarnings("CatchingUnchecked")
  private static void checkOne(long seed, long index, long cases, Property property) {
    try {
      property.check(new SeededRandom(seed));
    } catch (Exception | AssertionError failure) {
      throw new AssertionError(
          "case "
              + (index + 1)
              + " of "
              + cases
              + " failed; replay it with -Dseed="
              + text(seed)
              + ": "
              + failure,
          failure);
    }
  }

  /** Something that holds for every generator. */
  @FunctionalInterface
  public interface Property {
    /** Checks one case; throws when the property does not hold. */
    void check(SeededRandom random) throws Exception;
  }
}
