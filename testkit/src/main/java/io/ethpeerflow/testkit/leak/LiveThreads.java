package io.ethpeerflow.testkit.leak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The platform threads of this process, and which of them are nobody's fault. */
final class LiveThreads {
  private static final int MAX_FRAMES = 6;

  /**
   * Threads that the JDK, Bouncy Castle, Netty's globals, JUnit and Surefire start once and keep.
   */
  private static final Pattern KEPT =
      Pattern.compile(
          "main|Reference Handler|Finalizer|Signal Dispatcher|Notification Thread|DestroyJavaVM"
              + "|Attach Listener|Service Thread|Monitor Deflation Thread|Sweeper thread"
              + "|C[12] CompilerThread.*|Common-Cleaner|Cleaner-\\d+|process reaper.*"
              + "|ForkJoinPool\\.commonPool-.*|ForkJoinPool-\\d+-delayScheduler"
              + "|CompletableFutureDelayScheduler|VirtualThread-un(parker|blocker).*"
              + "|(Read|Write|Master)-?Poller.*|Keep-Alive-Timer|JFR .*|RMI .*|GC Daemon|Log4j2-.*"
              + "|globalEventExecutor-\\d+-\\d+|ObjectCleanerThread|threadDeathWatcher-.*"
              + "|BC .*|junit-.*|surefire-.*|last-ditch-daemon-shutdown-thread-.*|ping-timer-.*");

  private LiveThreads() {}

  /** All live platform threads, by identity. */
  static Set<Thread> snapshot() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] buffer = new Thread[root.activeCount() + 16];
    int count = root.enumerate(buffer);
    while (count == buffer.length) {
      buffer = new Thread[buffer.length * 2];
      count = root.enumerate(buffer);
    }
    Set<Thread> threads = Collections.newSetFromMap(new IdentityHashMap<>());
    threads.addAll(Arrays.asList(buffer).subList(0, count));
    return threads;
  }

  /** Threads that live now, did not live before, and are somebody's to stop. */
  static List<Thread> startedSince(Set<Thread> before) {
    var started = new ArrayList<Thread>();
    for (Thread thread : snapshot()) {
      if (!before.contains(thread) && thread.isAlive() && !isKept(thread)) {
        started.add(thread);
      }
    }
    return started;
  }

  /** Whether this process has started a child: the JDK then keeps a thread to wait for it. */
  static boolean processesWereStarted() {
    return snapshot().stream().anyMatch(thread -> thread.getName().startsWith("process reaper"));
  }

  /** What each thread is doing. */
  static List<String> describe(List<Thread> leaked) {
    var lines = new ArrayList<String>();
    for (Thread thread : leaked) {
      var text = new StringBuilder(thread.isDaemon() ? "daemon thread \"" : "thread \"");
      text.append(thread.getName()).append("\" ").append(thread.getState());
      StackTraceElement[] stack = thread.getStackTrace();
      for (int i = 0; i < Math.min(stack.length, MAX_FRAMES); i++) {
        text.append("\n      at ").append(stack[i]);
      }
      lines.add(text.toString());
    }
    return lines;
  }

  private static boolean isKept(Thread thread) {
    return thread == Thread.currentThread()
        || thread.getClass().getName().equals("jdk.internal.misc.CarrierThread")
        || KEPT.matcher(thread.getName()).matches();
  }
}
