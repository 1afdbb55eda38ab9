package io.ethpeerflow.benchmarks.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The command line of the soak.
 *
 * @param duration of the cycles together
 * @param smoke whether it only shows that everything works: one cycle, no slopes
 * @param seed of the schedule, of every process's choices and of the bootstrap
 * @param makers processes that make traffic; 1 to 16
 * @param only the kinds of disturbances; all of them unless some are chosen
 * @param output the folder for samples, incidents and logs
 * @param leak what the host under test shall lose on purpose; null for nothing
 */
record SoakOptions(
    Duration duration,
    boolean smoke,
    long seed,
    int makers,
    List<Disturbance.Kind> only,
    Path output,
    @Nullable Leak leak) {
  private static final int MAX_MAKERS = 16;

  /** What can be lost on purpose, to see that it is found. */
  enum Leak {
    /** Objects that stay reachable. */
    HEAP,
    /** Direct buffers that stay held. */
    DIRECT,
    /** Sockets that stay open. */
    DESCRIPTOR,
    /** Threads that do not end. */
    THREAD
  }

  /**
   * Reads a command line.
   *
   * @param newSeed used when none is given
   * @throws IllegalArgumentException says what is wrong with which argument
   */
  static SoakOptions parse(long newSeed, String... arguments) {
    var duration = Duration.ofMinutes(10);
    boolean smoke = false;
    long seed = newSeed;
    int makers = 3;
    List<Disturbance.Kind> only = List.of(Disturbance.Kind.values());
    Path output = Path.of("soak-out");
    Leak leak = null;
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      if (name.equals("--smoke")) {
        smoke = true;
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(name + " has no value");
      }
      String value = arguments[++i];
      switch (name) {
        case "--minutes" -> duration = Duration.ofSeconds(Math.round(number(name, value) * 60));
        case "--hours" -> duration = Duration.ofSeconds(Math.round(number(name, value) * 3600));
        case "--seed" -> seed = Long.parseLong(value);
        case "--makers" -> makers = (int) number(name, value);
        case "--only" ->
            only =
                Arrays.stream(value.toUpperCase(Locale.ROOT).split(","))
                    .map(Disturbance.Kind::valueOf)
                    .toList();
        case "--output" -> output = Path.of(value);
        case "--leak" -> leak = Leak.valueOf(value.toUpperCase(Locale.ROOT));
        default -> throw new IllegalArgumentException("unknown argument " + name);
      }
    }
    if (makers > MAX_MAKERS) {
      throw new IllegalArgumentException("--makers " + makers + " > " + MAX_MAKERS);
    }
    return new SoakOptions(duration, smoke, seed, makers, only, output, leak);
  }

  private static double number(String name, String value) {
    double number = Double.parseDouble(value);
    if (!(number > 0)) {
      throw new IllegalArgumentException(name + " " + value + " is not positive");
    }
    return number;
  }
}
