package io.ethpeerflow.testkit.leak;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of the test engine: takes the state of the process when a first class begins, compares
 * when the last of those that overlap has ended.
 */
final class LeakSession {
  private static final long PAUSE_NANOS = 2_000_000;
  private static final int MAX_LINES = 12;

  private final Set<String> classes = new LinkedHashSet<>();
  private final Set<LeakKind> allowed = EnumSet.noneOf(LeakKind.class);
  private final long graceNanos;
  private int running;
  private boolean failed;
  private Before before = Before.NOTHING;

  LeakSession(long graceNanos) {
    this.graceNanos = graceNanos;
  }

  synchronized void begin(String className, Set<LeakKind> allowedKinds) {
    if (running++ == 0) {
      classes.clear();
      allowed.clear();
      failed = false;
      before = Before.take();
    }
    classes.add(className);
    allowed.addAll(allowedKinds);
  }

  synchronized void noteFailure() {
    failed = true;
  }

  synchronized void end() {
    if (--running > 0) {
      return;
    }
    Left left = waitUntilClean();
    if (left.isEmpty()) {
      return;
    }
    String message = String.join(", ", classes) + " leaked" + left.describe();
    if (failed) {
      System.err.println("(after a failed test) " + message);
    } else {
      throw new LeakError(message);
    }
  }

  private Left waitUntilClean() {
    Left left = Left.since(before, allowed);
    long startNanos = System.nanoTime();
    while (!left.isEmpty() && System.nanoTime() - startNanos < graceNanos) {
      LockSupport.parkNanos(PAUSE_NANOS);
      left = Left.since(before, allowed);
    }
    return left;
  }

  private record Before(
      long bufferMark, Map<Integer, String> open, Set<Thread> threads, Set<Long> children) {
    static final Before NOTHING = new Before(0, Map.of(), Set.of(), Set.of());

    static Before take() {
      return new Before(
          BufferLeaks.mark(), Descriptors.snapshot(), LiveThreads.snapshot(), childProcesses());
    }
  }

  private record Left(
      List<BufferLeaks.Tracker<?>> buffers,
      Map<Integer, String> open,
      List<Thread> threads,
      Set<Long> children) {
    static Left since(Before before, Set<LeakKind> allowed) {
      Set<Long> children = new HashSet<>();
      if (!allowed.contains(LeakKind.PROCESSES)) {
        children.addAll(childProcesses());
        children.removeAll(before.children);
      }
      return new Left(
          allowed.contains(LeakKind.BUFFERS) ? List.of() : BufferLeaks.since(before.bufferMark),
          allowed.contains(LeakKind.DESCRIPTORS) ? Map.of() : Descriptors.openedSince(before.open),
          allowed.contains(LeakKind.THREADS) ? List.of() : LiveThreads.startedSince(before.threads),
          children);
    }

    boolean isEmpty() {
      return buffers.isEmpty() && open.isEmpty() && threads.isEmpty() && children.isEmpty();
    }

    String describe() {
      var text = new StringBuilder();
      section(text, buffers.size() + " buffer(s)", BufferLeaks.describe(buffers));
      section(text, open.size() + " descriptor(s)", Descriptors.describe(open));
      section(text, threads.size() + " thread(s)", LiveThreads.describe(threads));
      var commands = new ArrayList<String>();
      for (long pid : children) {
        ProcessHandle.of(pid)
            .ifPresent(
                child -> commands.add("pid " + pid + " " + child.info().command().orElse("?")));
      }
      section(text, children.size() + " child process(es)", commands);
      return text.toString();
    }

    private static void section(StringBuilder text, String title, List<String> lines) {
      if (lines.isEmpty()) {
        return;
      }
      text.append("\n  ").append(title).append(':');
      for (String line : lines.subList(0, Math.min(lines.size(), MAX_LINES))) {
        text.append("\n    ").append(line);
      }
      if (lines.size() > MAX_LINES) {
        text.append("\n    and ").append(lines.size() - MAX_LINES).append(" more");
      }
    }
  }

  private static Set<Long> childProcesses() {
    Set<Long> pids = new HashSet<>();
    if (LiveThreads.processesWereStarted()) {
      ProcessHandle.current()
          .children()
          .filter(ProcessHandle::isAlive)
          .forEach(c -> pids.add(c.pid()));
    }
    return pids;
  }
}
