package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.annotation.OwnedBy;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of all connections and streams of one loop, in one hashed wheel with one timer:
 * arming, moving and disarming cost no allocation, no task, and no search. For deadlines that bound
 * something and rarely pass; they fire late by up to two {@linkplain #TICK_NANOS ticks}. An entry
 * whose deadline moves on only notes it; the wheel finds out when the old one comes round. While
 * nothing is due, the loop is not woken.
 */
@OwnedBy("the loop")
public final class DeadlineWheel {
  /** The distance between two looks at what is due: 20 ms. */
  public static final long TICK_NANOS = 20_000_000L;

  private static final int SLOTS = 512;

  /** One deadline; linked into at most one slot. */
  public abstract static class Entry {
    private long deadlineNanos;
    private boolean armed;
    private int slot = -1;
    private @Nullable Entry previous;
    private @Nullable Entry next;

    /** An entry that is in no wheel. */
    protected Entry() {}

    /**
     * The deadline has passed and was not moved. On the loop; may arm any entry again. What it
     * throws goes to the loop, and the others that are due come in its next turn.
     */
    protected abstract void onExpired();
  }

  private final Loop loop;
  private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
  private final Runnable turn = this::onTurn;
  private Cancellable timer = Cancellable.NONE;
  private long lastTick;
  private long nextTick;
  private int linked;
  private boolean waiting;
  private boolean turning;

  /** The wheel of a loop; a loop makes its own, others ask for {@link Loop#deadlines()}. */
  public DeadlineWheel(Loop loop) {
    this.loop = loop;
  }

  /**
   * Sets or moves a deadline.
   *
   * @param deadlineNanos on the clock of the loop
   */
  public void arm(Entry entry, long deadlineNanos) {
    boolean earlier = entry.armed && deadlineNanos - entry.deadlineNanos < 0;
    entry.deadlineNanos = deadlineNanos;
    entry.armed = true;
    if (earlier && entry.slot >= 0) {
      unlink(entry);
    }
    if (entry.slot < 0) {
      if (linked == 0 && !turning) {
        lastTick = tickOf(loop.nanoTime());
      }
      long tick = link(entry);
      if (!turning && (!waiting || tick < nextTick)) {
        await(tick);
      }
    }
  }

  /** Takes a deadline back; the entry leaves the wheel at once. */
  public void disarm(Entry entry) {
    entry.armed = false;
    if (entry.slot >= 0) {
      unlink(entry);
      if (linked == 0 && waiting) {
        waiting = false;
        timer.cancel();
      }
    }
  }

  private static long tickOf(long nanos) {
    return Math.floorDiv(nanos, TICK_NANOS);
  }

  private static int slotOf(long tick) {
    return (int) Math.floorMod(tick, (long) SLOTS);
  }

  private void await(long tick) {
    timer.cancel();
    waiting = true;
    nextTick = tick;
    timer = loop.schedule(Math.max(0, tick * TICK_NANOS - loop.nanoTime()), turn);
  }

  private void onTurn() {
    waiting = false;
    turning = true;
    long nowNanos = loop.nanoTime();
    long now = tickOf(nowNanos);
    lastTick = Math.max(lastTick, now - SLOTS);
    try {
      while (lastTick < now) {
        lastTick++;
        expire(slotOf(lastTick), nowNanos);
      }
    } catch (RuntimeException | Error failure) {
      // what else is due in this slot comes next
      lastTick--;
      throw failure;
    } finally {
      turning = false;
      if (linked > 0) {
        await(nextLinkedTick());
      }
    }
  }

  private long nextLinkedTick() {
    long tick = lastTick + 1;
    while (slots[slotOf(tick)] == null) {
      tick++;
    }
    return tick;
  }

  private void expire(int slot, long nowNanos) {
    Entry entry = slots[slot];
    while (entry != null) {
      Entry following = entry.next;
      unlink(entry);
      if (entry.armed && entry.deadlineNanos - nowNanos <= 0) {
        entry.armed = false;
        entry.onExpired();
        following = following != null && following.slot == slot ? following : slots[slot];
      } else if (entry.armed) {
        link(entry);
      }
      entry = following;
    }
  }

  /** Gives the tick at which the entry's slot comes next. */
  private long link(Entry entry) {
    long due = Math.max(tickOf(entry.deadlineNanos) + 1, lastTick + 1);
    int slot = slotOf(due);
    Entry head = slots[slot];
    entry.slot = slot;
    entry.next = head;
    entry.previous = null;
    if (head != null) {
      head.previous = entry;
    }
    slots[slot] = entry;
    linked++;
    return lastTick + 1 + Math.floorMod(due - lastTick - 1, (long) SLOTS);
  }

  private void unlink(Entry entry) {
    Entry before = entry.previous;
    Entry after = entry.next;
    if (before == null) {
      slots[entry.slot] = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    entry.slot = -1;
    entry.previous = null;
    entry.next = null;
    linked--;
  }
}
