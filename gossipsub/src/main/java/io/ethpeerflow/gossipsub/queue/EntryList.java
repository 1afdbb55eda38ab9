package io.ethpeerflow.gossipsub.queue;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The entries of one lane, oldest first. */
final class EntryList {
  private @Nullable Entry first;
  private @Nullable Entry last;
  private int count;
  private int sizeBytes;
  // how many of the oldest go into the next RPC
  private int chosen;
  private long lost;

  @Nullable Entry first() {
    return first;
  }

  @Nullable Entry last() {
    return last;
  }

  boolean isEmpty() {
    return first == null;
  }

  int count() {
    return count;
  }

  int sizeBytes() {
    return sizeBytes;
  }

  /**
   * The first of a list that is not empty.
   *
   * @throws NullPointerException if it is
   */
  Entry oldest() {
    return Objects.requireNonNull(first);
  }

  int chosen() {
    return chosen;
  }

  void choose(int oldest) {
    chosen = oldest;
  }

  long lost() {
    return lost;
  }

  void countLost() {
    lost++;
  }

  void add(Entry entry) {
    insert(last, entry, null);
  }

  void addFirst(Entry entry) {
    insert(null, entry, first);
  }

  private void insert(@Nullable Entry before, Entry entry, @Nullable Entry after) {
    entry.previous = before;
    entry.next = after;
    if (before == null) {
      first = entry;
    } else {
      before.next = entry;
    }
    if (after == null) {
      last = entry;
    } else {
      after.previous = entry;
    }
    count++;
    sizeBytes += entry.sizeBytes;
  }

  void remove(Entry entry) {
    Entry before = entry.previous;
    Entry after = entry.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    entry.previous = null;
    entry.next = null;
    count--;
    sizeBytes -= entry.sizeBytes;
  }

  /** An entry of this list becomes longer or shorter. */
  void resized(int byBytes) {
    sizeBytes += byBytes;
  }
}
