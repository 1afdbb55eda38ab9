package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.spi.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of all streams of one loop, in one hashed wheel with one timer: arming, moving and
 * disarming cost no allocation and no task. An entry whose deadline moves on only notes it; the
 * wheel finds out when the old one comes round. Deadlines fire late by one tick at most.
 */
@OwnedBy("the loop")
final class DeadlineWheel {
  static final long TICK_NANOS = 20_000_000L;
  private static final int SLOTS = 512;

  /** One deadline; linked into at most one slot. */
  abstract static class Entry {
    private long deadlineNanos;
    private boolean armed;
    private int slot = -1;
    private @Nullable Entry previous;
    private @Nullable Entry next;

    /** The deadline has passed and was not moved. */
    abstract void onExpired();
  }

  private final Loop loop;
  private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
  private final Runnable tick = this::onTick;
  private long lastTick;
  private int linked;
  private boolean ticking;

  DeadlineWheel(Loop loop) {
    this.loop = loop;
  }

  /** Sets or moves a deadline. */
  void arm(Entry entry, long deadlineNanos) {
    boolean earlier = entry.armed && deadlineNanos - entry.deadlineNanos < 0;
    entry.deadlineNanos = deadlineNanos;
    entry.armed = true;
    if (earlier && entry.slot >= 0) {
      unlink(entry);
    }
    if (entry.slot < 0) {
      start();
      link(entry);
    }
  }

  /** Takes a deadline back; the entry leaves the wheel at once. */
  void disarm(Entry entry) {
    entry.armed = false;
    if (entry.slot >= 0) {
      unlink(entry);
    }
  }

  private void start() {
    if (!ticking) {
      ticking = true;
      lastTick = Math.floorDiv(loop.nanoTime(), TICK_NANOS);
      loop.schedule(TICK_NANOS, tick);
    }
  }

  private void onTick() {
    long nowNanos = loop.nanoTime();
    long now = Math.floorDiv(nowNanos, TICK_NANOS);
    long turns = Math.min(now - lastTick, SLOTS);
    for (long tickNumber = now - turns + 1; tickNumber <= now; tickNumber++) {
      expire((int) Math.floorMod(tickNumber, (long) SLOTS), nowNanos);
    }
    lastTick = now;
    if (linked > 0) {
      loop.schedule(TICK_NANOS, tick);
    } else {
      ticking = false;
    }
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

  private void link(Entry entry) {
    long due = Math.floorDiv(entry.deadlineNanos, TICK_NANOS) + 1;
    int slot = (int) Math.floorMod(Math.max(due, lastTick + 1), (long) SLOTS);
    Entry head = slots[slot];
    entry.slot = slot;
    entry.next = head;
    entry.previous = null;
    if (head != null) {
      head.previous = entry;
    }
    slots[slot] = entry;
    linked++;
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
