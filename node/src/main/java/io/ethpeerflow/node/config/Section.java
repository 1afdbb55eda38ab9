package io.ethpeerflow.node.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the configuration while it is read. Every message says where the wrong value
 * stands, what its key is and which form is expected.
 */
final class Section {
  private static final int MAX_TYPING_ERRORS = 2;

  private final String source;
  private final String path;
  private final YamlNode node;
  private final Map<String, YamlNode.Entry> entries;

  /** Turns text into a value; the message of the exception is shown. */
  @FunctionalInterface
  interface TextParser<T> {
    /**
     * Parses.
     *
     * @throws Exception with a message that says what is wrong with the text
     */
    T parse(String text) throws Exception;
  }

  private Section(String source, String path, YamlNode node, Map<String, YamlNode.Entry> entries) {
    this.source = source;
    this.path = path;
    this.node = node;
    this.entries = entries;
  }

  /**
   * Begins to read a mapping; nothing at all counts as an empty one.
   *
   * @param path the key that leads here, empty at the root
   * @param known the keys that are allowed
   */
  static Section of(String source, String path, YamlNode node, String... known)
      throws ConfigException {
    return switch (node) {
      case YamlNode.Nothing nothing -> new Section(source, path, node, Map.of());
      case YamlNode.Mapping mapping -> {
        refuseUnknown(source, path, mapping, known);
        yield new Section(source, path, node, mapping.entries());
      }
      default ->
          throw new ConfigException(
              source,
              node.at(),
              (path.isEmpty() ? "" : path + ": ")
                  + "expected a mapping with the keys "
                  + String.join(", ", known)
                  + ", found "
                  + node.kind());
    };
  }

  private static void refuseUnknown(
      String source, String path, YamlNode.Mapping mapping, String[] known) throws ConfigException {
    for (var entry : mapping.entries().entrySet()) {
      if (!Arrays.asList(known).contains(entry.getKey())) {
        String meant = closest(entry.getKey(), known);
        throw new ConfigException(
            source,
            entry.getValue().keyAt(),
            "unknown key '"
                + join(path, entry.getKey())
                + "'"
                + (meant == null ? "" : "; did you mean '" + meant + "'?")
                + " Expected: "
                + String.join(", ", known));
      }
    }
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static @Nullable String closest(String key, String[] known) {
    String best = null;
    int bestDistance = MAX_TYPING_ERRORS + 1;
    for (String candidate : known) {
      int distance = distance(key.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Levenshtein's distance, of texts that are cut to 64 characters. */
  private static int distance(String left, String right) {
    String shortLeft = left.substring(0, Math.min(64, left.length()));
    int[] row = new int[right.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= shortLeft.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replace = diagonal + (shortLeft.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }

  private ConfigException wrong(String key, YamlNode value, String expected) {
    return new ConfigException(
        source, value.at(), join(path, key) + ": expected " + expected + ", found " + value.kind());
  }

  /** The section under a key, empty when the key is not there. */
  Section section(String key, String... known) throws ConfigException {
    YamlNode.Entry entry = entries.get(key);
    return of(
        source,
        join(path, key),
        entry == null ? new YamlNode.Nothing(node.at()) : entry.value(),
        known);
  }

  /** The value under a key, or {@code absent} when the key is not there. */
  <T> T value(String key, String expected, TextParser<T> parser, T absent) throws ConfigException {
    T value = optional(key, expected, parser);
    return value == null ? absent : value;
  }

  /** The value under a key, or null when the key is not there. */
  <T> @Nullable T optional(String key, String expected, TextParser<T> parser)
      throws ConfigException {
    YamlNode.Entry entry = entries.get(key);
    return entry == null ? null : scalar(key, entry.value(), expected, parser);
  }

  private <T> T scalar(String key, YamlNode value, String expected, TextParser<T> parser)
      throws ConfigException {
    if (!(value instanceof YamlNode.Scalar scalar)) {
      throw wrong(key, value, expected);
    }
    try {
      return parser.parse(scalar.text());
    } catch (Exception malformed) {
      String why = malformed.getMessage();
      throw new ConfigException(
          source,
          value.at(),
          join(path, key)
              + ": expected "
              + expected
              + ", found "
              + value.kind()
              + (why == null || malformed instanceof NumberFormatException
                  ? ""
                  : " (" + why + ")"));
    }
  }

  /** A whole number in a range. */
  int number(String key, int min, int max, int absent) throws ConfigException {
    String expected = "a whole number from " + min + " to " + max;
    return ranged(key, min, max, absent, expected, Integer::parseInt);
  }

  /** An amount of bytes in a range. */
  long bytes(String key, long min, long max, long absent) throws ConfigException {
    String range = "bytes from " + ByteCount.format(min) + " to " + ByteCount.format(max);
    return ranged(key, min, max, absent, range + ", " + ByteCount.FORM, ByteCount::parse);
  }

  /** A length of time in a range. */
  Duration time(String key, Duration min, Duration max, Duration absent) throws ConfigException {
    String range = "a time from " + TimeSpan.format(min) + " to " + TimeSpan.format(max);
    return ranged(key, min, max, absent, range + ", " + TimeSpan.FORM, TimeSpan::parse);
  }

  private <T extends Comparable<T>> T ranged(
      String key, T min, T max, T absent, String expected, TextParser<T> parser)
      throws ConfigException {
    YamlNode.Entry entry = entries.get(key);
    if (entry == null) {
      return absent;
    }
    T value = scalar(key, entry.value(), expected, parser);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw wrong(key, entry.value(), expected);
    }
    return value;
  }

  /** {@code true} or {@code false}. */
  boolean flag(String key, boolean absent) throws ConfigException {
    return value(
        key,
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            },
        absent);
  }

  /** One of the constants of an enum, in lower case. */
  <E extends Enum<E>> E choice(String key, Class<E> type, E absent) throws ConfigException {
    return value(key, "one of " + names(type), text -> constant(type, text), absent);
  }

  static String names(Class<? extends Enum<?>> type) {
    return String.join(
        ", ",
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList());
  }

  static <E extends Enum<E>> E constant(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException();
  }

  /** The list under a key, or {@code absent} when the key, or all behind it, is not there. */
  <T> List<T> list(String key, int maxItems, String expected, TextParser<T> parser, List<T> absent)
      throws ConfigException {
    YamlNode.Entry entry = entries.get(key);
    if (entry == null || entry.value() instanceof YamlNode.Nothing) {
      return absent;
    }
    if (!(entry.value() instanceof YamlNode.Sequence sequence)) {
      throw wrong(key, entry.value(), "a list, each item " + expected);
    }
    if (sequence.items().size() > maxItems) {
      throw new ConfigException(
          source,
          sequence.items().get(maxItems).at(),
          join(path, key) + ": more than the " + maxItems + " items allowed");
    }
    var values = new ArrayList<T>();
    for (YamlNode item : sequence.items()) {
      values.add(scalar(key, item, expected, parser));
    }
    return values;
  }

  /** Makes a record of what was read; what its constructor refuses is reported at this section. */
  <T> T build(Supplier<T> constructor) throws ConfigException {
    try {
      return constructor.get();
    } catch (IllegalArgumentException refused) {
      throw new ConfigException(
          source,
          node.at(),
          path.isEmpty() ? "" + refused.getMessage() : path + "." + refused.getMessage());
    }
  }
}
