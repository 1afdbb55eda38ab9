package io.ethpeerflow.testkit.leak;

/** What {@link LeakCheck} counts. */
public enum LeakKind {
  /** Netty buffers and other resources that Netty's leak detector tracks. */
  BUFFERS,
  /** Sockets, pipes, selectors and files, seen in {@code /proc/self/fd}. */
  DESCRIPTORS,
  /** Platform threads. Virtual threads cannot be enumerated and are not counted. */
  THREADS,
  /** Child processes. */
  PROCESSES
}
