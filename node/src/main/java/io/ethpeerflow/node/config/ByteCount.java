package io.ethpeerflow.node.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts of bytes as people write them: {@code 4096}, {@code 512KiB}, {@code 64 MiB}, {@code
 * 1GiB}.
 */
public final class ByteCount {
  /** What {@link #parse} reads, for error messages. */
  public static final String FORM = "a number of bytes such as 1048576, 512KiB, 64MiB or 1GiB";

  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,18})\\s*(b|kib|mib|gib|tib)?", Pattern.CASE_INSENSITIVE);
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private ByteCount() {}

  /**
   * Parses an amount.
   *
   * @throws IllegalArgumentException if it is not {@link #FORM}, or more than a {@code long} holds
   */
  public static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not " + FORM);
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    long scale =
        switch (unit == null ? "b" : unit.toLowerCase(Locale.ROOT)) {
          case "kib" -> 1L << 10;
          case "mib" -> 1L << 20;
          case "gib" -> 1L << 30;
          case "tib" -> 1L << 40;
          default -> 1L;
        };
    try {
      return Math.multiplyExact(number, scale);
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException("'" + text + "' is more than 8 EiB", overflow);
    }
  }

  /** For people: exact where a unit fits, else with one digit after the point. */
  public static String format(long bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return value == Math.rint(value)
        ? (long) value + " " + UNITS[unit]
        : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
