package io.ethpeerflow.yamux.session;

import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.yamux.frame.FrameHeader;

/**
 * What the remote may send on one stream, and when it is told that it may send more.
 *
 * <p>Invariant: {@code creditBytes + unconsumedBytes <= windowBytes}. Credit is taken when a header
 * arrives, becomes <em>unconsumed</em>, and is due again once the reader took the bytes; an update
 * is sent when at least half the window is due. When updates come that fast that half a window
 * lasts less than four round trips, the window is what limits the sender: it doubles, if the
 * stream's scope has the memory. Growth is reserved before it is promised; the part of the window
 * that every stream has is charged only as bytes are buffered, so that what is reserved is always
 * {@code max(growth, buffered)}.
 */
final class ReceiveWindow {
  private static final int ROUND_TRIPS = 4;

  private final StreamScope scope;
  private final int maxBytes;
  private int windowBytes = FrameHeader.INITIAL_WINDOW_BYTES;
  // [spec yamux/window-initial]
  private long creditBytes = FrameHeader.INITIAL_WINDOW_BYTES;
  private long unconsumedBytes;
  private long bufferedBytes;
  private long reservedBytes;
  private long epochNanos;
  private boolean closed;

  ReceiveWindow(StreamScope scope, int maxBytes, long nowNanos) {
    this.scope = scope;
    this.maxBytes = maxBytes;
    this.epochNanos = nowNanos;
  }

  long creditBytes() {
    return creditBytes;
  }

  int windowBytes() {
    return windowBytes;
  }

  /** A frame was announced; false when it is longer than the credit. */
  boolean arrive(long frameBytes) {
    // [spec yamux/window-overrun]
    if (frameBytes > creditBytes) {
      return false;
    }
    creditBytes -= frameBytes;
    unconsumedBytes += frameBytes;
    return true;
  }

  /** Bytes will wait in memory; false when the budget refuses. */
  boolean buffer(int bytes) {
    long wanted = bufferedBytes + bytes;
    if (wanted > reservedBytes) {
      if (!scope.tryReserveMemory(wanted - reservedBytes)) {
        return false;
      }
      reservedBytes = wanted;
    }
    bufferedBytes = wanted;
    return true;
  }

  /** Buffered bytes have left memory. */
  void unbuffer(long bytes) {
    bufferedBytes -= bytes;
    long needed = Math.max(growthBytes(), bufferedBytes);
    if (needed < reservedBytes) {
      scope.releaseMemory(reservedBytes - needed);
      reservedBytes = needed;
    }
  }

  /** Bytes were taken by the reader, or discarded in its place. */
  void consume(long bytes) {
    unconsumedBytes -= bytes;
  }

  /** Whether at least half the window can be granted again. */
  boolean isDue() {
    // [spec yamux/window-consumption]
    return !closed && windowBytes - creditBytes - unconsumedBytes >= windowBytes >> 1;
  }

  /**
   * Grants what is due.
   *
   * @param rttNanos 0 while it is not known
   * @return the delta to send; 0 when nothing is due
   */
  int grant(long nowNanos, long rttNanos) {
    if (!isDue()) {
      return 0;
    }
    // [spec yamux/window-tuning] an update due within four round trips means the window limits
    if (rttNanos > 0 && nowNanos - epochNanos < ROUND_TRIPS * rttNanos) {
      grow();
    }
    epochNanos = nowNanos;
    long delta = windowBytes - creditBytes - unconsumedBytes;
    creditBytes += delta;
    return (int) delta;
  }

  /** No more credit will be given: growth is returned, buffered bytes stay charged. */
  void close() {
    closed = true;
    unbuffer(0);
  }

  private void grow() {
    int larger = Math.min(maxBytes, windowBytes << 1);
    long growth = (long) larger - FrameHeader.INITIAL_WINDOW_BYTES;
    if (growth > reservedBytes) {
      if (!scope.tryReserveMemory(growth - reservedBytes)) {
        return;
      }
      reservedBytes = growth;
    }
    windowBytes = larger;
  }

  private long growthBytes() {
    return closed ? 0 : (long) windowBytes - FrameHeader.INITIAL_WINDOW_BYTES;
  }
}
