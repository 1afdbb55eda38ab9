package io.ethpeerflow.gossipsub.cache;

import io.ethpeerflow.gossipsub.rpc.MessageId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ids of messages that were seen, each for a time since it was seen first, and never more than
 * a number of them: then the oldest is forgotten early.
 *
 * <p>A ring in the order of arrival, and an open-addressed table of places in the ring. A look
 * costs one keyed hash and about one comparison, and no allocation, also for an id that still lies
 * in the frame it arrived in. Memory grows with what is there, up to some 24 bytes an id beside the
 * id itself.
 *
 * <p>Not thread-safe. Times are nanoseconds of one monotonic clock of the caller.
 */
public final class SeenCache {
  private static final int MIN_CAPACITY = 64;

  private final long ttlNanos;
  private final int maxIds;
  private final SipHash hash;

  // a ring of a power of two places: ids, their hashes, and when they came
  private byte[] @Nullable [] ids = new byte[MIN_CAPACITY][];
  private int[] hashes = new int[MIN_CAPACITY];
  private long[] sinceNanos = new long[MIN_CAPACITY];
  private int oldest;
  private int size;
  // twice as many places: 0 for none, else a place of the ring and one more
  private int[] table = new int[2 * MIN_CAPACITY];

  /**
   * An empty cache.
   *
   * @param ttlNanos how long an id counts as seen, positive; 120 s by custom
   * @param maxIds how many ids there are at most, 1 to 2<sup>28</sup>
   * @param key0 with {@code key1}, a random key that peers do not know; with it they could choose
   *     ids that collide
   * @param key1 see {@code key0}
   */
  public SeenCache(long ttlNanos, int maxIds, long key0, long key1) {
    if (ttlNanos <= 0) {
      throw new IllegalArgumentException("ttlNanos: " + ttlNanos + " is not positive");
    }
    if (maxIds < 1 || maxIds > 1 << 28) {
      throw new IllegalArgumentException("maxIds: " + maxIds + " is not 1 to " + (1 << 28));
    }
    this.ttlNanos = ttlNanos;
    this.maxIds = maxIds;
    this.hash = new SipHash(key0, key1);
  }

  /**
   * Remembers an id.
   *
   * @return whether it is new; one that was seen keeps the time of its first sight
   */
  public boolean add(MessageId id, long nowNanos) {
    byte[] bytes = id.array();
    return add(bytes, bytes, 0, bytes.length, nowNanos);
  }

  /**
   * Remembers the id that is {@code bytes[from..to)}, which is copied when it is new.
   *
   * @return whether it is new
   */
  public boolean add(byte[] bytes, int from, int to, long nowNanos) {
    return add(null, bytes, from, to, nowNanos);
  }

  private boolean add(byte @Nullable [] owned, byte[] bytes, int from, int to, long nowNanos) {
    expire(nowNanos);
    int h = hashOf(bytes, from, to);
    int slot = find(h, bytes, from, to);
    if (table[slot] != 0) {
      return false;
    }
    if (size == maxIds) {
      removeOldest();
      slot = find(h, bytes, from, to);
    } else if (size == ids.length) {
      grow();
      slot = find(h, bytes, from, to);
    }
    int place = (oldest + size) & (ids.length - 1);
    ids[place] = owned != null ? owned : Arrays.copyOfRange(bytes, from, to);
    hashes[place] = h;
    sinceNanos[place] = nowNanos;
    table[slot] = place + 1;
    size++;
    return true;
  }

  /** Whether an id was seen. */
  public boolean contains(MessageId id, long nowNanos) {
    byte[] bytes = id.array();
    return contains(bytes, 0, bytes.length, nowNanos);
  }

  /** Whether the id that is {@code bytes[from..to)} was seen. */
  public boolean contains(byte[] bytes, int from, int to, long nowNanos) {
    int place = table[find(hashOf(bytes, from, to), bytes, from, to)] - 1;
    return place >= 0 && nowNanos - sinceNanos[place] < ttlNanos;
  }

  /** Forgets the ids whose time is over; done with every addition too. */
  public void expire(long nowNanos) {
    while (size > 0 && nowNanos - sinceNanos[oldest] >= ttlNanos) {
      removeOldest();
    }
  }

  /** How many ids there are, those whose time is over and that were not removed yet included. */
  public int size() {
    return size;
  }

  private int hashOf(byte[] bytes, int from, int to) {
    return (int) hash.of(bytes, from, to);
  }

  /** Where in the table the id is, or where it would be put. */
  private int find(int h, byte[] bytes, int from, int to) {
    int mask = table.length - 1;
    int slot = h & mask;
    while (table[slot] != 0) {
      int place = table[slot] - 1;
      byte[] candidate = ids[place];
      if (hashes[place] == h
          && candidate != null
          && Arrays.equals(candidate, 0, candidate.length, bytes, from, to)) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void removeOldest() {
    int mask = table.length - 1;
    int hole = hashes[oldest] & mask;
    while (table[hole] != oldest + 1) {
      hole = (hole + 1) & mask;
    }
    // close the gap: whoever was pushed beyond it by a collision moves back
    for (int next = (hole + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
      int home = hashes[table[next] - 1] & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        table[hole] = table[next];
        hole = next;
      }
    }
    table[hole] = 0;
    ids[oldest] = null;
    oldest = (oldest + 1) & (ids.length - 1);
    size--;
  }

  private void grow() {
    int capacity = 2 * ids.length;
    byte[] @Nullable [] newIds = new byte[capacity][];
    int[] newHashes = new int[capacity];
    long[] newSince = new long[capacity];
    int[] newTable = new int[2 * capacity];
    for (int i = 0; i < size; i++) {
      int place = (oldest + i) & (ids.length - 1);
      newIds[i] = ids[place];
      newHashes[i] = hashes[place];
      newSince[i] = sinceNanos[place];
      int slot = newHashes[i] & (newTable.length - 1);
      while (newTable[slot] != 0) {
        slot = (slot + 1) & (newTable.length - 1);
      }
      newTable[slot] = i + 1;
    }
    ids = newIds;
    hashes = newHashes;
    sinceNanos = newSince;
    table = newTable;
    oldest = 0;
  }
}
