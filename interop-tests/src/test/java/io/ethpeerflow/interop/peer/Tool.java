package io.ethpeerflow.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program to its end, for a bounded time: scripts that build peers, the container client.
 */
final class Tool {
  private static final int MAX_TOLD_CHARS = 4_000;

  private Tool() {}

  /** A program that failed, did not end, or could not be started. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  /**
   * Runs a program.
   *
   * @param limit after this it is killed together with its children
   * @return what it printed, without the line end
   */
  static String run(Duration limit, List<String> command) throws Failure {
    try {
      Path out = Files.createTempFile("interop-tool", ".out");
      Path err = Files.createTempFile("interop-tool", ".err");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          end(process);
          throw new Failure(command + " did not end within " + limit + ": " + tail(err));
        }
        if (process.exitValue() != 0) {
          throw new Failure(
              command + " ended with " + process.exitValue() + ": " + tail(out) + tail(err));
        }
        return Files.readString(out).strip();
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException cannotStart) {
      throw new Failure(command + " cannot be run: " + cannotStart.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Failure(command + " was interrupted");
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }

  private static String tail(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.substring(Math.max(0, text.length() - MAX_TOLD_CHARS));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
