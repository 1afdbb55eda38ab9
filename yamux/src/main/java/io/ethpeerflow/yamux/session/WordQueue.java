package io.ethpeerflow.yamux.session;

import java.util.Arrays;

/** A bounded first-in first-out queue of numbers. */
final class WordQueue {
  private static final long[] NONE = {};

  private final int limit;
  private long[] ring = NONE;
  private int head;
  private int size;

  WordQueue(int limit) {
    this.limit = limit;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** False when full. */
  boolean add(long word) {
    if (size == limit) {
      return false;
    }
    if (size == ring.length) {
      long[] larger = Arrays.copyOf(ring, Math.min(limit, Math.max(4, size * 2)));
      System.arraycopy(ring, head, larger, 0, size - head);
      System.arraycopy(ring, 0, larger, size - head, head);
      ring = larger;
      head = 0;
    }
    ring[(head + size) % ring.length] = word;
    size++;
    return true;
  }

  long take() {
    long word = ring[head];
    head = (head + 1) % ring.length;
    size--;
    return word;
  }
}
