package io.ethpeerflow.benchmarks.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Everything that failed: what was provoked is written down, what was not makes the soak fail. Any
 * thread.
 */
final class Incidents implements AutoCloseable {
  /** What the processes log at WARN or above because of a disturbance. All else is a failure. */
  private static final List<Pattern> PROVOKED =
      List.of(
          // FAILING_HANDLER
          Pattern.compile(
              "WARN .*handler of /soak/failing/1\\.0\\.0 failed, resetting its stream"));

  private static final Pattern LEVEL =
      Pattern.compile("^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} (?<level>[A-Z]+) ");
  private static final int MAX_KEPT = 100;

  private final PrintStream out;
  private final List<String> wrong = new ArrayList<>();
  private final Set<String> inProvokedEvent = new HashSet<>();
  private final Map<String, Long> counts = new HashMap<>();
  private long wrongCount;

  Incidents(Path file) throws IOException {
    this.out = new PrintStream(file.toFile(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Something that no disturbance explains. */
  synchronized void wrong(String who, String text) {
    wrongCount++;
    if (wrong.size() < MAX_KEPT) {
      wrong.add(who + ": " + text);
    }
    write("WRONG", who, text);
  }

  /** Something that happened because it was provoked. */
  synchronized void note(String who, String text) {
    counts.merge(text.split(":", 2)[0], 1L, Long::sum);
    write("", who, text);
  }

  /** One line of a process's log; the lines of a stack trace belong to the event above them. */
  synchronized void logged(String who, String line) {
    boolean provoked = inProvokedEvent.contains(who);
    if (LEVEL.matcher(line).find()) {
      provoked = PROVOKED.stream().anyMatch(pattern -> pattern.matcher(line).find());
      if (provoked) {
        inProvokedEvent.add(who);
      } else {
        inProvokedEvent.remove(who);
      }
      if (!provoked) {
        wrong(who, "logged " + line);
        return;
      }
    } else if (!provoked && !line.isBlank() && !isStackFrame(line)) {
      wrong(who, "wrote " + line);
      return;
    }
    write("log", who, line);
  }

  private static boolean isStackFrame(String line) {
    return line.startsWith("\t") || line.startsWith("Caused by: ");
  }

  private void write(String kind, String who, String text) {
    out.println(
        Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + kind + " " + who + ": " + text);
    out.flush();
  }

  /** How many there were that nothing explains. */
  synchronized long wrongCount() {
    return wrongCount;
  }

  /** The first of them. */
  synchronized List<String> wrongs() {
    return List.copyOf(wrong);
  }

  /** How often each provoked thing happened. */
  synchronized Map<String, Long> counts() {
    return Map.copyOf(counts);
  }

  @Override
  public void close() {
    out.close();
  }
}
