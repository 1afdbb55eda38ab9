package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.spi.RawStream;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The read side of a stream: first the negotiation takes what is its own, then the reader gets the
 * rest against its demand. The muxer may have delivered more than the reader asked for, because the
 * negotiation asked too; that surplus waits here, at most {@link #NEGOTIATION_DEMAND} bytes.
 */
@OwnedBy("connection loop")
final class StreamIntake implements StreamReader {
  /** Demand given for a negotiation: a header and the longest answer, and a `na` or two. */
  static final int NEGOTIATION_DEMAND = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(StreamIntake.class);

  /** Takes bytes until a protocol is agreed on. */
  interface Negotiation {
    /**
     * Reads what belongs to the negotiation from {@code data} and leaves the rest.
     *
     * @param data borrows
     * @return true when it is over, in agreement
     * @throws RuntimeException when it failed; the stream is being reset
     */
    boolean onData(ByteBuf data);

    /** The stream ended first. */
    void onEnd();

    /** The stream was reset first. */
    void onReset(StreamErrorCode code, boolean byRemote);
  }

  private final RawStream raw;
  private final StreamDeadlines deadlines;
  private @Nullable Negotiation negotiation;
  private @Nullable StreamReader reader;
  private @Nullable ByteBuf surplus;
  private @Nullable Runnable end;
  private @Nullable Runnable onSurplusGone;
  private long demand;
  private @Nullable StreamErrorCode stopAfterNegotiation;
  private boolean delivering;
  private boolean stopped;
  private boolean ended;

  StreamIntake(RawStream raw, StreamDeadlines deadlines) {
    this.raw = raw;
    this.deadlines = deadlines;
  }

  /** Starts a negotiation, or a wait for an inbound one. */
  void negotiate(Negotiation next) {
    negotiation = next;
    raw.reader(this);
    raw.request(NEGOTIATION_DEMAND);
  }

  void reader(StreamReader next) {
    reader = next;
    deliver();
  }

  void request(long bytes) {
    if (demand == 0) {
      deadlines.readProgress();
    }
    demand = demand + bytes < 0 ? Long.MAX_VALUE : demand + bytes;
    topUp();
    if (surplus != null && !delivering) {
      raw.connection().loop().execute(this::deliver);
    }
  }

  /** Whether the reader waits for something. */
  boolean hasOpenDemand() {
    return demand > 0 && reader != null && end == null;
  }

  /**
   * Discards what arrives from now on. The remote is told once it has answered the negotiation: a
   * remote that may not send the answer would give up a stream whose data it has already received.
   */
  void stop(StreamErrorCode code) {
    stopped = true;
    dropSurplus();
    if (negotiation == null) {
      raw.stopReading(code);
    } else {
      stopAfterNegotiation = code;
    }
  }

  @Override
  public void onData(ByteBuf data) {
    Negotiation current = negotiation;
    if (current != null) {
      try {
        if (!current.onData(data)) {
          data.release();
          if (raw.demand() < NEGOTIATION_DEMAND / 2) {
            raw.request(NEGOTIATION_DEMAND);
          }
          return;
        }
        negotiation = null;
      } catch (RuntimeException failed) {
        negotiation = null;
        data.release();
        return;
      }
      if (stopAfterNegotiation != null) {
        raw.stopReading(stopAfterNegotiation);
      }
    }
    if (stopped || !data.isReadable()) {
      data.release();
      return;
    }
    if (surplus == null && reader != null && demand >= data.readableBytes() && !delivering) {
      demand -= data.readableBytes();
      deadlines.readProgress();
      hand(reader, data);
      topUp();
      return;
    }
    surplus = surplus == null ? data : append(surplus, data);
    deliver();
  }

  private void hand(StreamReader to, ByteBuf data) {
    try {
      to.onData(data);
    } catch (RuntimeException failure) {
      LOG.warn("stream reader failed, resetting its stream", failure);
      raw.reset(StreamErrorCode.NO_ERROR);
    }
  }

  private static ByteBuf append(ByteBuf head, ByteBuf tail) {
    return head.alloc()
        .compositeBuffer(16)
        .addFlattenedComponents(true, head)
        .addFlattenedComponents(true, tail);
  }

  @Override
  public void onEnd() {
    Negotiation current = negotiation;
    if (current != null) {
      negotiation = null;
      current.onEnd();
    }
    finish(
        () -> {
          if (reader != null) {
            reader.onEnd();
          }
        });
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    Negotiation current = negotiation;
    if (current != null) {
      negotiation = null;
      current.onReset(code, byRemote);
    }
    dropSurplus();
    finish(
        () -> {
          if (reader != null) {
            reader.onReset(code, byRemote);
          }
        });
  }

  private void finish(Runnable delivery) {
    end = delivery;
    deliver();
  }

  private void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      StreamReader to = reader;
      while (surplus != null && to != null && demand > 0) {
        ByteBuf all = surplus;
        int bytes = (int) Math.min(demand, all.readableBytes());
        demand -= bytes;
        deadlines.readProgress();
        if (bytes == all.readableBytes()) {
          surplus = null;
          noteSurplusGone();
          hand(to, all);
        } else {
          hand(to, all.readRetainedSlice(bytes));
        }
        to = reader;
      }
      Runnable last = end;
      if (surplus == null && last != null && to != null) {
        end = null;
        ended = true;
        last.run();
      }
    } finally {
      delivering = false;
    }
    topUp();
  }

  private void topUp() {
    if (ended || end != null || stopped) {
      return;
    }
    long held = surplus == null ? 0 : surplus.readableBytes();
    long missing = demand - held - raw.demand();
    if (missing > 0) {
      // [spec connections/back-pressure]
      raw.request(missing);
    }
  }

  /**
   * Whether bytes wait here for demand.
   *
   * @param gone runs once when they do no more, if they do now
   */
  boolean hasSurplus(Runnable gone) {
    if (surplus == null) {
      return false;
    }
    onSurplusGone = gone;
    return true;
  }

  private void noteSurplusGone() {
    Runnable gone = onSurplusGone;
    onSurplusGone = null;
    if (gone != null) {
      gone.run();
    }
  }

  /**
   * The connection has ended with bytes waiting here. Whoever would have read them sees a reset,
   * now or when it comes, and not an end that would hide the loss.
   */
  void abandon() {
    if (surplus == null) {
      return;
    }
    dropSurplus();
    finish(
        () -> {
          if (reader != null) {
            reader.onReset(StreamErrorCode.NO_ERROR, false);
          }
        });
  }

  private void dropSurplus() {
    ByteBuf dropped = surplus;
    surplus = null;
    if (dropped != null) {
      dropped.release();
      noteSurplusGone();
    }
  }
}
