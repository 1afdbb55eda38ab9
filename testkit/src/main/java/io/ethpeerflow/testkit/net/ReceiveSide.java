package io.ethpeerflow.testkit.net;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The receiving half of a stream: puts segments in order and holds them for the reader. */
final class ReceiveSide {
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final int bufferBytes;
  private final int segmentBytes;
  private final TreeMap<Long, byte[]> early = new TreeMap<>();
  private final ArrayDeque<byte[]> ready = new ArrayDeque<>();
  private int headOffset;
  private int readyBytes;
  private long nextSeq;
  private long finSeq = UNKNOWN;
  private boolean finTaken;
  private long announcedEnd;

  ReceiveSide(StreamOptions options) {
    this.bufferBytes = options.receiveBufferBytes();
    this.segmentBytes = options.segmentBytes();
  }

  /** The other side's SYN has this sequence number. */
  void start(long initialSeq) {
    nextSeq = initialSeq + 1;
    announcedEnd = nextSeq + bufferBytes;
  }

  long nextSeq() {
    return nextSeq;
  }

  /** What may be sent to us; never takes back what was announced. */
  int windowBytes() {
    return bufferBytes - readyBytes;
  }

  boolean hasUnread() {
    return readyBytes > 0 || !early.isEmpty();
  }

  /** Whether everything up to and including the FIN has arrived. */
  boolean finTaken() {
    return finTaken;
  }

  boolean isInWindow(long seq) {
    return seq >= nextSeq && seq <= nextSeq + windowBytes() + 1;
  }

  /** Takes what fits the window. */
  void accept(Segment segment) {
    long limit = nextSeq + windowBytes();
    long seq = segment.seq();
    if (seq > limit) {
      return;
    }
    if (segment.kind() == Segment.Kind.FIN && seq >= nextSeq) {
      finSeq = seq;
    }
    byte[] payload = segment.payload();
    int length = (int) Math.min(payload.length, limit - seq);
    if (length > 0 && seq + length > nextSeq) {
      early.merge(
          seq,
          length == payload.length ? payload : Arrays.copyOf(payload, length),
          (a, b) -> a.length >= b.length ? a : b);
    }
    Map.Entry<Long, byte[]> first = early.firstEntry();
    while (first != null && first.getKey() <= nextSeq) {
      early.pollFirstEntry();
      take(first.getKey(), first.getValue());
      first = early.firstEntry();
    }
    if (nextSeq == finSeq) {
      nextSeq++;
      finTaken = true;
      finSeq = UNKNOWN;
    }
  }

  /** The next bytes for the reader, at most {@code maxBytes}, or null. */
  byte @Nullable [] poll(int maxBytes) {
    byte[] head = ready.peek();
    if (head == null) {
      return null;
    }
    int end = Math.min(head.length, headOffset + maxBytes);
    byte[] piece =
        headOffset == 0 && end == head.length ? head : Arrays.copyOfRange(head, headOffset, end);
    headOffset = end;
    if (end == head.length) {
      ready.poll();
      headOffset = 0;
    }
    readyBytes -= piece.length;
    return piece;
  }

  /** The window as it is announced by the segment that is being sent. */
  int announceWindow() {
    announcedEnd = nextSeq + windowBytes();
    return windowBytes();
  }

  /** Whether the reader has made enough room since to be worth a segment of its own. */
  boolean shouldAnnounce() {
    long room = nextSeq + windowBytes() - announcedEnd;
    return room >= Math.min(2L * segmentBytes, Math.max(1, bufferBytes / 2));
  }

  void discard() {
    early.clear();
    ready.clear();
    readyBytes = 0;
    headOffset = 0;
  }

  private void take(long seq, byte[] payload) {
    int known = (int) (nextSeq - seq);
    if (known >= payload.length) {
      return;
    }
    byte[] fresh = known == 0 ? payload : Arrays.copyOfRange(payload, known, payload.length);
    ready.add(fresh);
    readyBytes += fresh.length;
    nextSeq += fresh.length;
  }
}
