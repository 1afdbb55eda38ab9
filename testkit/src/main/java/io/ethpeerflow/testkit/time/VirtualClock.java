package io.ethpeerflow.testkit.time;

import java.time.Duration;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that moves only when a test moves it, and the one queue of everything that is due.
 *
 * <p>Every {@link VirtualLoop} of a simulation shares one clock, so there is one global order of
 * tasks: by due time, and among tasks due at the same nanosecond by the order in which they were
 * queued. A clock made with {@link #shuffling(long)} orders the <em>loops</em> of one nanosecond by
 * a seeded draw instead, and keeps each loop's own tasks in first-in first-out order: the same seed
 * gives the same order, another seed another legal interleaving.
 *
 * <p>Time never passes while a task runs. A task that is queued for the present by a running task
 * runs within the same {@code advance}. What a task throws leaves the clock at that task's time,
 * with the later tasks still queued, and reaches the caller of {@code advance}.
 *
 * <p>Threading: bound to the thread that first queues or advances; any other thread gets an {@link
 * IllegalStateException}, because a second thread would make the order a matter of luck.
 */
public final class VirtualClock {
  /** How many tasks one call may run at a single instant before it is taken for a livelock. */
  private static final int MAX_TASKS_PER_INSTANT = 10_000_000;

  private static final int COMPACT_ABOVE = 1024;

  private final PriorityQueue<Task> queue = new PriorityQueue<>();
  private final boolean shuffles;
  private final long shuffleSeed;
  private long nowNanos;
  private long nextSequence;
  private int nextLoopNumber;
  private int cancelledInQueue;
  private @Nullable Thread owner;
  private boolean running;
  @Nullable VirtualLoop current;

  /** Creates a clock at time 0 that runs simultaneous tasks in the order they were queued. */
  public VirtualClock() {
    this(0);
  }

  /**
   * Creates a clock that runs simultaneous tasks in the order they were queued.
   *
   * @param startNanos the first value of {@link #nanoTime()}; any value, so that a test can place
   *     the overflow of a {@code long} in the middle of its run
   */
  public VirtualClock(long startNanos) {
    this(startNanos, false, 0);
  }

  private VirtualClock(long startNanos, boolean shuffles, long shuffleSeed) {
    this.nowNanos = startNanos;
    this.shuffles = shuffles;
    this.shuffleSeed = shuffleSeed;
  }

  /**
   * Creates a clock at time 0 that draws, from {@code seed}, the order of the loops that have tasks
   * due at the same nanosecond.
   */
  public static VirtualClock shuffling(long seed) {
    return new VirtualClock(0, true, seed);
  }

  /** The present, in nanoseconds; comparable only by subtraction. */
  public long nanoTime() {
    return nowNanos;
  }

  /** Tasks that are queued and not cancelled. */
  public int pending() {
    return queue.size() - cancelledInQueue;
  }

  /**
   * Queues a task that belongs to no loop.
   *
   * @param dueNanos when to run it; a time in the past means the present
   */
  public Cancellable at(long dueNanos, Runnable task) {
    return enqueue(dueNanos, null, task);
  }

  /** Runs what is due at the present, including what those tasks queue for the present. */
  public void runDue() {
    advanceTo(nowNanos);
  }

  /**
   * Moves time forward and runs what falls due on the way, each task at its own time.
   *
   * @param step not negative
   */
  public void advance(Duration step) {
    advanceNanos(step.toNanos());
  }

  /**
   * Moves time forward by {@code stepNanos}, not negative, and runs what falls due on the way.
   *
   * @see #advance(Duration)
   */
  public void advanceNanos(long stepNanos) {
    if (stepNanos < 0) {
      throw new IllegalArgumentException("stepNanos: " + stepNanos + " < 0");
    }
    advanceTo(nowNanos + stepNanos);
  }

  /**
   * Moves time to {@code targetNanos} and runs what falls due on the way; afterwards the clock
   * stands at {@code targetNanos}.
   *
   * @throws IllegalArgumentException if that is in the past
   * @throws IllegalStateException if called by a task, or by another thread
   */
  public void advanceTo(long targetNanos) {
    if (targetNanos - nowNanos < 0) {
      throw new IllegalArgumentException(
          "time only moves forward: " + targetNanos + " < " + nowNanos);
    }
    enter();
    try {
      while (runOneDueBy(targetNanos)) {}
      nowNanos = targetNanos;
    } finally {
      running = false;
    }
  }

  /**
   * Leaps forward: nothing runs on the way, and what fell due meanwhile runs late, at the new
   * present, in the order it was due. So does time look after a machine was suspended or a process
   * was stopped.
   *
   * @param step not negative
   */
  public void leap(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("step: " + step + " is negative");
    }
    enter();
    nowNanos += step.toNanos();
    try {
      while (runOneDueBy(nowNanos)) {}
    } finally {
      running = false;
    }
  }

  /**
   * Jumps to the next queued task and runs it.
   *
   * @return false when nothing is queued; time then stands still
   */
  public boolean runNext() {
    enter();
    try {
      Task next = peekLive();
      return next != null && runOneDueBy(Math.max(next.dueNanos - nowNanos, 0) + nowNanos);
    } finally {
      running = false;
    }
  }

  /**
   * Runs task after task, jumping over idle time, until the condition holds; it is asked before the
   * first task and after each.
   *
   * @param limit the most virtual time that may pass; when the condition does not hold by then, the
   *     clock stands at the limit
   * @return whether the condition held
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    long endNanos = nowNanos + limit.toNanos();
    enter();
    try {
      while (!condition.getAsBoolean()) {
        if (!runOneDueBy(endNanos)) {
          nowNanos = endNanos;
          return condition.getAsBoolean();
        }
      }
      return true;
    } finally {
      running = false;
    }
  }

  /**
   * Runs until nothing is queued, jumping over idle time.
   *
   * @param limit the most virtual time that may pass
   * @throws IllegalStateException if tasks are still queued by then, naming how many
   */
  public void runUntilIdle(Duration limit) {
    if (!runUntil(() -> pending() == 0, limit)) {
      throw new IllegalStateException(pending() + " tasks still queued after " + limit);
    }
  }

  Cancellable enqueue(long dueNanos, @Nullable VirtualLoop loop, Runnable task) {
    Objects.requireNonNull(task, "task");
    checkThread();
    long due = dueNanos - nowNanos < 0 ? nowNanos : dueNanos;
    int loopNumber = loop == null ? -1 : loop.number();
    long rank = shuffles ? mix(shuffleSeed ^ mix(due) ^ loopNumber * 0x9e3779b97f4a7c15L) : 0;
    var entry = new Task(due, rank, nextSequence++, loop, task);
    queue.add(entry);
    return entry;
  }

  int nextLoopNumber() {
    return nextLoopNumber++;
  }

  void checkThread() {
    Thread caller = Thread.currentThread();
    if (owner == null) {
      owner = caller;
    } else if (owner != caller) {
      throw new IllegalStateException(
          "virtual clock belongs to thread " + owner.getName() + ", called by " + caller.getName());
    }
  }

  private void enter() {
    checkThread();
    if (running) {
      throw new IllegalStateException("a task may not move the clock that runs it");
    }
    running = true;
    tasksAtInstant = 0;
  }

  private int tasksAtInstant;

  private boolean runOneDueBy(long limitNanos) {
    Task next = peekLive();
    if (next == null || next.dueNanos - limitNanos > 0) {
      return false;
    }
    queue.poll();
    if (next.dueNanos - nowNanos > 0) {
      nowNanos = next.dueNanos;
      tasksAtInstant = 0;
    }
    if (++tasksAtInstant > MAX_TASKS_PER_INSTANT) {
      throw new IllegalStateException(
          MAX_TASKS_PER_INSTANT + " tasks at " + nowNanos + " ns: they queue each other for ever");
    }
    next.run();
    return true;
  }

  private @Nullable Task peekLive() {
    Task head = queue.peek();
    while (head != null && head.state == TaskState.CANCELLED) {
      queue.poll();
      cancelledInQueue--;
      head = queue.peek();
    }
    return head;
  }

  private void noteCancelled() {
    cancelledInQueue++;
    if (cancelledInQueue > COMPACT_ABOVE && cancelledInQueue > queue.size() / 2) {
      queue.removeIf(task -> task.state == TaskState.CANCELLED);
      cancelledInQueue = 0;
    }
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private enum TaskState {
    QUEUED,
    RAN,
    CANCELLED
  }

  private final class Task implements Comparable<Task>, Cancellable {
    private final long dueNanos;
    private final long rank;
    private final long sequence;
    private final @Nullable VirtualLoop loop;
    private final Runnable work;
    private TaskState state = TaskState.QUEUED;

    Task(long dueNanos, long rank, long sequence, @Nullable VirtualLoop loop, Runnable work) {
      this.dueNanos = dueNanos;
      this.rank = rank;
      this.sequence = sequence;
      this.loop = loop;
      this.work = work;
    }

    void run() {
      state = TaskState.RAN;
      if (loop != null && loop.isShutDown()) {
        return;
      }
      current = loop;
      try {
        work.run();
      } finally {
        current = null;
      }
    }

    @Override
    public boolean cancel() {
      checkThread();
      if (state != TaskState.QUEUED) {
        return false;
      }
      state = TaskState.CANCELLED;
      noteCancelled();
      return true;
    }

    @Override
    public int compareTo(Task other) {
      long byTime = dueNanos - other.dueNanos;
      if (byTime != 0) {
        return Long.signum(byTime);
      }
      int byRank = Long.compare(rank, other.rank);
      return byRank != 0 ? byRank : Long.compare(sequence, other.sequence);
    }

    @Override
    @SuppressWarnings("EqualsUsingHashCode")
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
