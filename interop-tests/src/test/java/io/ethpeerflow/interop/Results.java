package io.ethpeerflow.interop;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.Implementation;
import io.ethpeerflow.interop.peer.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What came out of each scenario of a run, for {@code interop-tests/report}. */
final class Results {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final List<Result> ALL = new ArrayList<>();

  private Results() {}

  /** How a scenario ended. */
  enum Outcome {
    OK,
    FAILED,
    KNOWN_BUG,
    NOT_RUN
  }

  /**
   * One scenario with one implementation.
   *
   * @param detail why it was not ok; empty when it was
   * @param link where the maintainers of the implementation speak of it; empty where that is
   *     unknown
   */
  record Result(
      String scenario,
      String implementation,
      String direction,
      String stack,
      Outcome outcome,
      String detail,
      String link,
      long millis) {}

  static synchronized void add(
      String scenario,
      Implementation implementation,
      Direction direction,
      Stack stack,
      Outcome outcome,
      String detail,
      String link,
      long millis) {
    ALL.add(
        new Result(
            scenario,
            implementation.id(),
            direction == Direction.OUTBOUND ? "ours dials" : "theirs dials",
            stack.toString(),
            outcome,
            detail,
            link,
            millis));
  }

  /** Writes all results of this run so far. */
  static synchronized void write() {
    Path file = Installation.module().resolve("target/interop-results.json");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, JSON.writeValueAsString(ALL) + "\n");
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }
}
