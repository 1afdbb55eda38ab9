package io.ethpeerflow.yamux.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that wait, as the buffers they came in. Short pieces, and pieces that hold a much larger
 * buffer alive, are copied together, so that the memory behind the queue stays within twice its
 * bytes, which are what its owner is charged for: otherwise single bytes could pin a read buffer
 * each.
 */
final class ByteQueue {
  private static final ByteBuf[] EMPTY = new ByteBuf[0];
  private static final int MIN_COPY_BYTES = 128;
  private static final int MIN_JOIN_BYTES = 1024;
  private static final int MAX_COPY_BYTES = 32 << 10;
  private static final int MAX_PINNED_FACTOR = 2;

  private final ByteBufAllocator allocator;
  private final int copyBelowBytes;
  private @Nullable ByteBuf[] ring = EMPTY;
  private int head;
  private int size;
  private long bytes;
  private boolean tailIsOurs;

  ByteQueue(ByteBufAllocator allocator, int copyBelowBytes) {
    this.allocator = allocator;
    this.copyBelowBytes = copyBelowBytes;
  }

  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Appends bytes that will leave soon: the first piece is kept as it is, later short ones join
   * their neighbour. Consumes {@code piece}, which has at least one readable byte.
   */
  void addForSending(ByteBuf piece) {
    int n = piece.readableBytes();
    if (size == 0 || n >= copyBelowBytes) {
      push(piece, false);
      return;
    }
    ByteBuf tail = at(size - 1);
    if (tailIsOurs && tail.writableBytes() >= n) {
      append(tail, piece, n);
    } else if (!tailIsOurs && tail.readableBytes() < copyBelowBytes) {
      int joined = tail.readableBytes() + n;
      ByteBuf copy = allocator.buffer(Math.max(copyCapacity(joined), MIN_JOIN_BYTES));
      copy.writeBytes(tail);
      tail.release();
      ring[index(size - 1)] = copy;
      tailIsOurs = true;
      append(copy, piece, n);
    } else {
      pushCopy(piece, n);
    }
  }

  /**
   * Appends bytes that may wait for long. Consumes {@code piece}, which has at least one readable
   * byte.
   */
  void addForKeeping(ByteBuf piece) {
    int n = piece.readableBytes();
    if (n >= copyBelowBytes && (long) n * MAX_PINNED_FACTOR >= pinnedBytes(piece)) {
      push(piece, false);
    } else if (size > 0 && tailIsOurs && at(size - 1).writableBytes() >= n) {
      append(at(size - 1), piece, n);
    } else {
      pushCopy(piece, n);
    }
  }

  /** The first buffer; borrows. Move its reader index, then call {@link #advanced}. */
  ByteBuf first() {
    return at(0);
  }

  /** The first buffer's reader index was moved. */
  void advanced(int readBytes) {
    bytes -= readBytes;
    ByteBuf first = at(0);
    if (!first.isReadable()) {
      pop();
      first.release();
    }
  }

  /** Gives the first buffer, or a slice of it, with at most {@code maxBytes}. */
  ByteBuf take(long maxBytes) {
    ByteBuf first = at(0);
    int n = first.readableBytes();
    if (n <= maxBytes) {
      pop();
      bytes -= n;
      return first;
    }
    bytes -= maxBytes;
    return first.readRetainedSlice((int) maxBytes);
  }

  void clear() {
    while (size > 0) {
      at(0).release();
      pop();
    }
    bytes = 0;
    ring = EMPTY;
    head = 0;
  }

  private void append(ByteBuf tail, ByteBuf piece, int n) {
    tail.writeBytes(piece, piece.readerIndex(), n);
    piece.release();
    bytes += n;
  }

  private void pushCopy(ByteBuf piece, int n) {
    ByteBuf copy = allocator.buffer(copyCapacity(n));
    copy.writeBytes(piece, piece.readerIndex(), n);
    piece.release();
    push(copy, true);
  }

  private int copyCapacity(int n) {
    long wanted = Math.min(MAX_COPY_BYTES, Math.max(bytes, MIN_COPY_BYTES));
    return (int) Math.max(wanted, n);
  }

  private static long pinnedBytes(ByteBuf piece) {
    ByteBuf root = piece;
    for (ByteBuf inner = piece.unwrap(); inner != null; inner = inner.unwrap()) {
      root = inner;
    }
    return Math.max(root.capacity(), piece.capacity());
  }

  private void push(ByteBuf piece, boolean ours) {
    if (size == ring.length) {
      grow();
    }
    ring[index(size)] = piece;
    size++;
    bytes += piece.readableBytes();
    tailIsOurs = ours;
  }

  private void pop() {
    ring[head] = null;
    head = head + 1 & ring.length - 1;
    size--;
    if (size == 0) {
      tailIsOurs = false;
    }
  }

  private void grow() {
    @Nullable ByteBuf[] larger = new ByteBuf[Math.max(4, ring.length * 2)];
    for (int i = 0; i < size; i++) {
      larger[i] = at(i);
    }
    ring = larger;
    head = 0;
  }

  private int index(int offset) {
    return head + offset & ring.length - 1;
  }

  private ByteBuf at(int offset) {
    ByteBuf found = ring[index(offset)];
    assert found != null : "offset " + offset + " of " + size;
    return found;
  }
}
