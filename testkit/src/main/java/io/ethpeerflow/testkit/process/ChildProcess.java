package io.ethpeerflow.testkit.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A child process that is spoken to in lines on its standard input and answers in lines on its
 * standard output, such as one JSON object per line.
 *
 * <p>Every wait has a limit; when it passes, or the child ends early, the {@link AssertionError}
 * carries the exit code and the end of its standard error. {@link #close()} ends the child and its
 * descendants, by their handles.
 *
 * <p>Limits: lines of up to 4 MiB; 10,000 lines waiting to be read, then the child is made to wait;
 * the last 64 KiB of standard error are kept.
 *
 * <p>Threading: {@link #send} and the reading methods may be called from any thread, reading from
 * one at a time.
 */
public final class ChildProcess implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 4 << 20;
  private static final int MAX_WAITING_LINES = 10_000;
  private static final int MAX_UNSENT_LINES = 1_000;
  private static final int ERROR_TAIL_CHARS = 64 << 10;
  private static final Duration SEND_LIMIT = Duration.ofSeconds(20);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(MAX_WAITING_LINES);
  private final BlockingQueue<Line> unsent = new ArrayBlockingQueue<>(MAX_UNSENT_LINES);
  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock tailLock = new ReentrantLock();
  private final ArrayDeque<String> errorTail = new ArrayDeque<>();
  private int errorTailChars;
  private boolean outputEnded;

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    startThread("stdin", this::writeInput);
    startThread("stdout", this::readOutput);
    startThread("stderr", this::readErrors);
  }

  /**
   * Starts a child in this process's working directory with its environment.
   *
   * @param name for messages and thread names
   */
  public static ChildProcess start(String name, List<String> command) {
    return start(name, command, null, Map.of());
  }

  /**
   * Starts a child.
   *
   * @param name for messages and thread names
   * @param directory its working directory; null means this process's
   * @param environment added to this process's environment
   * @throws UncheckedIOException if the program cannot be started
   */
  public static ChildProcess start(
      String name,
      List<String> command,
      @Nullable Path directory,
      Map<String, String> environment) {
    var builder = new ProcessBuilder(command);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(name, builder.start());
    } catch (IOException notStarted) {
      throw new UncheckedIOException(name + ": " + notStarted.getMessage(), notStarted);
    }
  }

  /** The process number. */
  public long pid() {
    return process.pid();
  }

  /** Whether the child has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Sends one line. Returns before the child has read it.
   *
   * @param line without a line break
   * @throws AssertionError if the child has not read 1,000 earlier lines within 20 seconds
   */
  public void send(String line) {
    if (line.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line has no line break: " + line);
    }
    enqueue(Line.of(line));
  }

  /** Ends the child's standard input after the lines that were sent. */
  public void closeInput() {
    enqueue(Line.END);
  }

  /**
   * The next line of standard output.
   *
   * @throws AssertionError if there is none within the limit, or the output has ended
   */
  public String line(Duration limit) {
    return line("a line", limit, any -> true);
  }

  /**
   * The next line of standard output that matches; others before it are dropped.
   *
   * @param what named in the message when none comes
   * @throws AssertionError if there is none within the limit, or the output has ended
   */
  public String line(String what, Duration limit, Predicate<String> wanted) {
    long startNanos = System.nanoTime();
    long limitNanos = limit.toNanos();
    while (true) {
      Line next = outputEnded ? Line.END : poll(limitNanos - (System.nanoTime() - startNanos));
      if (next == null) {
        throw failure("did not print " + what + " within " + limit);
      }
      if (next.text == null) {
        outputEnded = true;
        throw failure(
            next.problem == null
                ? "ended its output before it printed " + what
                : next.problem + " while waiting for " + what);
      }
      if (wanted.test(next.text)) {
        return next.text;
      }
    }
  }

  /**
   * Waits for the child to end by itself.
   *
   * @return its exit code; 128 plus the signal if one ended it
   * @throws AssertionError if it does not end within the limit
   */
  public int exitCode(Duration limit) {
    if (!ended(limit)) {
      throw failure("did not end within " + limit);
    }
    return process.exitValue();
  }

  /** Asks the child to end (SIGTERM); its last lines can still be read. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Ends the child and its descendants at once (SIGKILL), and waits for the child's end. */
  public void kill() {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.toHandle().destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    ended(END_LIMIT);
  }

  /** The last 64 KiB of standard error so far. */
  public String errorTail() {
    tailLock.lock();
    try {
      return String.join("\n", errorTail);
    } finally {
      tailLock.unlock();
    }
  }

  /** Kills what still runs and frees pipes and threads. Idempotent. */
  @Override
  public void close() {
    kill();
    threads.forEach(Thread::interrupt);
    closeQuietly(process.getOutputStream());
    closeQuietly(process.getInputStream());
    closeQuietly(process.getErrorStream());
    for (Thread thread : threads) {
      try {
        thread.join(END_LIMIT.toMillis());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void enqueue(Line line) {
    try {
      if (!unsent.offer(line, SEND_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw failure("does not read its input");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while sending to " + name, interrupted);
    }
  }

  private @Nullable Line poll(long nanos) {
    try {
      return lines.poll(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while reading from " + name, interrupted);
    }
  }

  private boolean ended(Duration limit) {
    try {
      return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private AssertionError failure(String what) {
    ended(Duration.ofMillis(50));
    String state = process.isAlive() ? "running" : "exit code " + process.exitValue();
    String errors = errorTail();
    return new AssertionError(
        name
            + " (pid "
            + pid()
            + ", "
            + state
            + ") "
            + what
            + (errors.isEmpty() ? "" : "; its standard error ends with:\n" + errors));
  }

  private void startThread(String stream, Runnable work) {
    threads.add(Thread.ofPlatform().daemon().name(name + "-" + stream).start(work));
  }

  private void writeInput() {
    try (OutputStream input = process.getOutputStream()) {
      while (true) {
        Line line = unsent.take();
        if (line.text == null) {
          return;
        }
        input.write((line.text + "\n").getBytes(UTF_8));
        input.flush();
      }
    } catch (IOException childGone) {
      unsent.clear();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void readOutput() {
    try (var output = new BufferedInputStream(process.getInputStream())) {
      String line = readLine(output);
      while (line != null) {
        lines.put(Line.of(line));
        line = readLine(output);
      }
      lines.put(Line.END);
    } catch (IOException broken) {
      lines.offer(Line.problem("broke its output (" + broken.getMessage() + ")"));
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void readErrors() {
    try (var errors = new BufferedInputStream(process.getErrorStream())) {
      String line = readLine(errors);
      while (line != null) {
        keep(line);
        line = readLine(errors);
      }
    } catch (IOException broken) {
      keep("(standard error broke: " + broken.getMessage() + ")");
    }
  }

  private void keep(String line) {
    tailLock.lock();
    try {
      errorTail.add(line);
      errorTailChars += line.length() + 1;
      while (errorTailChars > ERROR_TAIL_CHARS && errorTail.size() > 1) {
        errorTailChars -= errorTail.remove().length() + 1;
      }
    } finally {
      tailLock.unlock();
    }
  }

  private static @Nullable String readLine(InputStream from) throws IOException {
    var bytes = new ByteArrayOutputStream();
    int next = from.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (bytes.size() == MAX_LINE_BYTES) {
        throw new IOException("line of more than " + MAX_LINE_BYTES + " bytes");
      }
      bytes.write(next);
      next = from.read();
    }
    String line = bytes.toString(UTF_8);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  private static void closeQuietly(AutoCloseable stream) {
    try {
      stream.close();
    } catch (Exception childGone) {
      assert childGone != null;
    }
  }

  @Override
  public String toString() {
    return "ChildProcess[" + name + " pid " + pid() + "]";
  }

  private record Line(@Nullable String text, @Nullable String problem) {
    static final Line END = new Line(null, null);

    static Line of(String text) {
      return new Line(text, null);
    }

    static Line problem(String what) {
      return new Line(null, what);
    }
  }
}
