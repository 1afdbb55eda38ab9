package io.ethpeerflow.testkit.net;

import io.netty.buffer.ByteBuf;

/** A growing ring of bytes: appended at the end, copied from anywhere, dropped from the front. */
final class ByteQueue {
  private static final int FIRST_CAPACITY = 4096;

  private byte[] ring = new byte[FIRST_CAPACITY];
  private int head;
  private int size;

  int size() {
    return size;
  }

  /** Appends the readable bytes. Borrows {@code data}, advances its reader index. */
  void append(ByteBuf data) {
    int length = data.readableBytes();
    ensureCapacity(size + length);
    int tail = (head + size) % ring.length;
    int first = Math.min(length, ring.length - tail);
    data.readBytes(ring, tail, first);
    data.readBytes(ring, 0, length - first);
    size += length;
  }

  byte[] copy(int offset, int length) {
    var copy = new byte[length];
    int from = (head + offset) % ring.length;
    int first = Math.min(length, ring.length - from);
    System.arraycopy(ring, from, copy, 0, first);
    System.arraycopy(ring, 0, copy, first, length - first);
    return copy;
  }

  void drop(int length) {
    head = (head + length) % ring.length;
    size -= length;
  }

  void clear() {
    ring = new byte[FIRST_CAPACITY];
    head = 0;
    size = 0;
  }

  private void ensureCapacity(int needed) {
    if (needed <= ring.length) {
      return;
    }
    var bigger = new byte[Math.max(needed, ring.length * 2)];
    byte[] content = copy(0, size);
    System.arraycopy(content, 0, bigger, 0, size);
    ring = bigger;
    head = 0;
  }
}
