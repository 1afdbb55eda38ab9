package io.ethpeerflow.benchmarks.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a process of the soak is told what to do: a line {@code NUMBER COMMAND ARGUMENT...} on
 * standard input, answered by {@code NUMBER ok TEXT} or {@code NUMBER failed TEXT} on standard
 * output once it is done, each command on a thread of its own. What is told unasked begins with a
 * word instead of a number.
 */
final class CommandLoop {
  private final PrintStream out;

  /** Runs one command. */
  interface Handler {
    /**
     * Does what is asked and gives the text of the answer.
     *
     * @throws Exception what the answer says failed
     */
    String run(String command, List<String> arguments) throws Exception;
  }

  CommandLoop(PrintStream out) {
    this.out = out;
  }

  /** Tells something unasked: one word, then any text. Any thread. */
  void tell(String word, String text) {
    out.println(word + " " + text.replaceAll("\\s+", " "));
  }

  /** Runs commands until standard input ends. */
  void serve(Handler handler) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
      List<String> words = Arrays.asList(line.split(" "));
      Thread.startVirtualThread(() -> answer(handler, words));
    }
  }

  private void answer(Handler handler, List<String> words) {
    try {
      tell(words.get(0), "ok " + handler.run(words.get(1), words.subList(2, words.size())));
    } catch (Exception | Error failure) {
      tell(words.get(0), "failed " + words.get(1) + ": " + Failures.describe(failure));
    }
  }
}
