package io.ethpeerflow.yamux.session;

import java.util.Arrays;

/**
 * Streams that this side ended while the remote could still send on them, each with the credit that
 * the remote has left. The oldest is forgotten first. Looked at only for frames of unknown streams,
 * hence a linear search over a few words and nothing allocated until the first one.
 */
final class Tombstones {
  private static final int[] NONE = {};

  private final int limit;
  private int[] ids = NONE;
  private int[] credits = NONE;
  private int size;
  private int oldest;

  Tombstones(int limit) {
    this.limit = limit;
  }

  void add(int id, long creditBytes) {
    int at;
    if (size < limit) {
      if (size == ids.length) {
        int capacity = Math.min(limit, Math.max(8, size * 2));
        ids = Arrays.copyOf(ids, capacity);
        credits = Arrays.copyOf(credits, capacity);
      }
      at = size++;
    } else {
      at = oldest;
      oldest = oldest + 1 == size ? 0 : oldest + 1;
    }
    ids[at] = id;
    credits[at] = (int) creditBytes;
  }

  boolean contains(int id) {
    return indexOf(id) >= 0;
  }

  /**
   * Charges payload to the credit that a dead stream had left.
   *
   * @return what is left, negative when overrun, or {@link Long#MAX_VALUE} for a stream that is not
   *     remembered
   */
  long charge(int id, long payloadBytes) {
    int at = indexOf(id);
    if (at < 0) {
      return Long.MAX_VALUE;
    }
    long left = credits[at] - payloadBytes;
    if (left >= 0) {
      credits[at] = (int) left;
    }
    return left;
  }

  private int indexOf(int id) {
    for (int i = 0; i < size; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }
}
