package io.ethpeerflow.testkit.net;

import io.ethpeerflow.testkit.time.Cancellable;
import io.netty.buffer.ByteBuf;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a stream: window, congestion control and retransmission.
 *
 * <p>A small TCP, so that loss, reordering and queues show the way they do in the field: cumulative
 * acknowledgements; slow start and congestion avoidance (RFC 5681); fast retransmit on the third
 * duplicate acknowledgement with partial acknowledgements answered (RFC 6582); retransmission
 * timeout from measured round trips (RFC 6298) between 200 ms and 60 s, doubled on each expiry,
 * after which everything unacknowledged is sent again; a one-byte probe into a closed window.
 * Sequence space: SYN, bytes, FIN; {@code acked <= nextSeq <= sentEnd}.
 */
final class SendSide {
  private static final long FIRST_TIMEOUT_NANOS = 1_000_000_000L;
  private static final long MIN_TIMEOUT_NANOS = 200_000_000L;
  private static final long MAX_TIMEOUT_NANOS = 60_000_000_000L;
  private static final int INITIAL_WINDOW_SEGMENTS = 10;
  private static final long MAX_CONGESTION_WINDOW_BYTES = 1L << 26;
  private static final int DUPLICATES_THAT_MEAN_LOSS = 3;

  private final StreamEngine engine;
  private final int segmentBytes;
  private final long giveUpNanos;
  private final long initialSeq;
  private final ByteQueue bytes = new ByteQueue();
  private long dataStart;
  private long acked;
  private long nextSeq;
  private long sentEnd;
  private long windowEnd;
  private boolean finQueued;
  private boolean stopped;

  private long congestionWindow;
  private long slowStartLimit = Long.MAX_VALUE;
  private int duplicates;
  private boolean recovering;
  private long recoverUntil;

  private long smoothedNanos;
  private long variationNanos;
  private long timeoutNanos = FIRST_TIMEOUT_NANOS;
  private boolean timing;
  private long timedEnd;
  private long timedAtNanos;
  private long lastHeardNanos;
  private @Nullable Cancellable timer;

  SendSide(StreamEngine engine, StreamOptions options, long initialSeq) {
    this.engine = engine;
    this.segmentBytes = options.segmentBytes();
    this.giveUpNanos = options.giveUpAfter().toNanos();
    this.initialSeq = initialSeq;
    this.acked = initialSeq;
    this.nextSeq = initialSeq;
    this.sentEnd = initialSeq;
    this.dataStart = initialSeq + 1;
    this.congestionWindow = (long) INITIAL_WINDOW_SEGMENTS * segmentBytes;
  }

  /** Bytes queued and not yet acknowledged. */
  int queuedBytes() {
    return bytes.size();
  }

  long sentEnd() {
    return sentEnd;
  }

  boolean finSent() {
    return finQueued && sentEnd > dataStart + bytes.size();
  }

  boolean finAcked() {
    return finQueued && acked > dataStart + bytes.size();
  }

  boolean acceptsSyn(long ack) {
    return ack == initialSeq + 1;
  }

  void queue(ByteBuf data) {
    bytes.append(data);
  }

  void queueFin() {
    finQueued = true;
  }

  boolean isFinQueued() {
    return finQueued;
  }

  /** Sends, or sends again, what opens the connection. */
  void sendSyn() {
    engine.emit(Segment.Kind.SYN, initialSeq, Segment.NOTHING);
    if (sentEnd == initialSeq) {
      startTiming(initialSeq + 1);
      lastHeardNanos = now();
    }
    nextSeq = initialSeq + 1;
    sentEnd = Math.max(sentEnd, nextSeq);
    arm();
  }

  /** Ends all sending and forgets what was queued. */
  void stop() {
    stopped = true;
    disarm();
    bytes.clear();
  }

  /** Sends what the windows allow. */
  void output() {
    if (stopped || acked == initialSeq) {
      return;
    }
    boolean idle = sentEnd == acked;
    long end = dataStart + bytes.size();
    while (nextSeq < end) {
      long room = Math.min(acked + congestionWindow, windowEnd) - nextSeq;
      int length = (int) Math.min(Math.min(segmentBytes, end - nextSeq), room);
      boolean tiny = length < segmentBytes && length < end - nextSeq;
      if (length <= 0 || (tiny && nextSeq > acked)) {
        break;
      }
      send(length);
    }
    if (finQueued && nextSeq == end) {
      engine.emit(Segment.Kind.FIN, nextSeq, Segment.NOTHING);
      nextSeq++;
      sentEnd = Math.max(sentEnd, nextSeq);
    }
    if (idle) {
      lastHeardNanos = now();
    }
    if (nextSeq > acked || nextSeq < end) {
      arm();
    } else {
      disarm();
    }
  }

  /**
   * Takes an acknowledgement.
   *
   * @param pure whether the segment carried nothing else
   * @return whether it was one for something new
   */
  boolean onAck(long ack, int windowBytes, boolean pure) {
    if (ack > sentEnd || stopped) {
      return false;
    }
    lastHeardNanos = now();
    boolean progress = ack > acked;
    if (progress) {
      advance(ack);
    } else if (ack == acked && pure && ack + windowBytes <= windowEnd && nextSeq > acked) {
      countDuplicate();
    }
    windowEnd = Math.max(windowEnd, ack + windowBytes);
    output();
    return progress;
  }

  private void advance(long ack) {
    long newlyAcked = ack - acked;
    long newBytes = Math.min(ack, dataStart + bytes.size()) - dataStart;
    if (newBytes > 0) {
      bytes.drop((int) newBytes);
      dataStart += newBytes;
    }
    acked = ack;
    nextSeq = Math.max(nextSeq, ack);
    if (timing && ack >= timedEnd) {
      timing = false;
      measure(now() - timedAtNanos);
    }
    timeoutNanos = computedTimeout();
    duplicates = 0;
    disarm();
    if (!recovering) {
      grow(newlyAcked);
    } else if (ack >= recoverUntil) {
      recovering = false;
      congestionWindow = slowStartLimit;
    } else {
      resendFirst();
    }
  }

  private void countDuplicate() {
    duplicates++;
    if (recovering) {
      congestionWindow += segmentBytes;
    } else if (duplicates == DUPLICATES_THAT_MEAN_LOSS) {
      slowStartLimit = Math.max((nextSeq - acked) / 2, 2L * segmentBytes);
      congestionWindow = slowStartLimit + (long) DUPLICATES_THAT_MEAN_LOSS * segmentBytes;
      recovering = true;
      recoverUntil = sentEnd;
      resendFirst();
    }
  }

  private void grow(long newlyAcked) {
    long step =
        congestionWindow < slowStartLimit
            ? Math.min(newlyAcked, 2L * segmentBytes)
            : Math.max(1, (long) segmentBytes * segmentBytes / congestionWindow);
    congestionWindow = Math.min(congestionWindow + step, MAX_CONGESTION_WINDOW_BYTES);
  }

  private void resendFirst() {
    timing = false;
    long sentBytes = Math.min(sentEnd, dataStart + bytes.size()) - acked;
    int length = (int) Math.min(segmentBytes, sentBytes);
    if (length > 0) {
      engine.emit(Segment.Kind.DATA, acked, bytes.copy((int) (acked - dataStart), length));
    } else if (finSent()) {
      engine.emit(Segment.Kind.FIN, acked, Segment.NOTHING);
    }
  }

  private void send(int length) {
    engine.emit(Segment.Kind.DATA, nextSeq, bytes.copy((int) (nextSeq - dataStart), length));
    if (!timing && nextSeq >= sentEnd) {
      startTiming(nextSeq + length);
    }
    nextSeq += length;
    sentEnd = Math.max(sentEnd, nextSeq);
  }

  private void onTimeout() {
    timer = null;
    timing = false;
    long silentNanos = now() - lastHeardNanos;
    if (silentNanos >= giveUpNanos) {
      engine.fail(
          new SocketTimeoutException(
              "nothing heard from "
                  + engine.remoteText()
                  + " for "
                  + silentNanos / 1_000_000
                  + " ms"));
      return;
    }
    timeoutNanos = Math.min(timeoutNanos * 2, MAX_TIMEOUT_NANOS);
    if (acked == initialSeq) {
      sendSyn();
    } else if (nextSeq == acked) {
      probeClosedWindow();
    } else {
      slowStartLimit = Math.max((nextSeq - acked) / 2, 2L * segmentBytes);
      congestionWindow = segmentBytes;
      recovering = false;
      duplicates = 0;
      nextSeq = acked;
      output();
    }
  }

  private void probeClosedWindow() {
    engine.emit(Segment.Kind.DATA, nextSeq, bytes.copy((int) (nextSeq - dataStart), 1));
    sentEnd = Math.max(sentEnd, nextSeq + 1);
    arm();
  }

  private void startTiming(long end) {
    timing = true;
    timedEnd = end;
    timedAtNanos = now();
  }

  private void measure(long nanos) {
    if (smoothedNanos == 0) {
      smoothedNanos = nanos;
      variationNanos = nanos / 2;
    } else {
      variationNanos += (Math.abs(nanos - smoothedNanos) - variationNanos) / 4;
      smoothedNanos += (nanos - smoothedNanos) / 8;
    }
  }

  private long computedTimeout() {
    return smoothedNanos == 0
        ? FIRST_TIMEOUT_NANOS
        : Math.clamp(smoothedNanos + 4 * variationNanos, MIN_TIMEOUT_NANOS, MAX_TIMEOUT_NANOS);
  }

  private void arm() {
    if (timer == null && !stopped && !engine.loop().isShutDown()) {
      timer = engine.loop().schedule(timeoutNanos, this::onTimeout);
    }
  }

  private void disarm() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private long now() {
    return engine.loop().nanoTime();
  }
}
