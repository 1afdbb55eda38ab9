package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a {@link ByteLink}, the same for sockets and record layers: what has
 * arrived and nobody has taken, before there is a receiver and between one that gives bytes back
 * and the next. While something waits, reading stops, so that no more waits than had been read by
 * then.
 *
 * <p>Delivery is never nested: what a receiver causes to arrive from within {@code onData} follows
 * when that call has returned.
 */
@OwnedBy("connection loop")
public final class Inbox {
  /** Stops and resumes what fills the inbox. */
  @FunctionalInterface
  public interface ReadSwitch {
    /** Whether more is wanted. */
    void reading(boolean on);
  }

  private final ReadSwitch source;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
  private final List<ByteBuf> givenBack = new ArrayList<>(1);
  private @Nullable ByteReceiver receiver;
  private boolean reading;
  private boolean wanted = true;
  private boolean held;
  private boolean delivering;
  private boolean ended;
  private boolean endReported;
  private boolean discarded;
  private @Nullable Throwable cause;

  /**
   * An empty inbox.
   *
   * @param source not called while the inbox ends or after that
   * @param reading whether the source reads already; otherwise it is told to with the first
   *     receiver
   */
  public Inbox(ReadSwitch source, boolean reading) {
    this.source = source;
    this.reading = reading;
  }

  /** As {@link ByteLink#receiver}; delivers what waits before it returns, unless it is nested. */
  public void receiver(ByteReceiver next) {
    receiver = next;
    held = false;
    for (int i = givenBack.size() - 1; i >= 0; i--) {
      waiting.addFirst(givenBack.get(i));
    }
    givenBack.clear();
    drain();
  }

  /**
   * As {@link ByteLink#unread}: nothing is delivered until the next receiver comes.
   *
   * @param data consumes
   */
  public void unread(ByteBuf data) {
    if (discarded || !data.isReadable()) {
      data.release();
      return;
    }
    givenBack.add(data);
    held = true;
    updateReading();
  }

  /** As {@link ByteLink#reading}. */
  public void reading(boolean on) {
    wanted = on;
    updateReading();
  }

  /**
   * Takes what has arrived.
   *
   * @param data consumes
   */
  public void data(ByteBuf data) {
    ByteReceiver to = receiver;
    if (discarded || !data.isReadable()) {
      data.release();
    } else if (to == null || held || delivering || !waiting.isEmpty()) {
      waiting.add(data);
      updateReading();
    } else {
      delivering = true;
      try {
        to.onData(data);
      } finally {
        delivering = false;
      }
      if (!waiting.isEmpty()) {
        drain();
      } else if (ended) {
        reportEnd();
      }
    }
  }

  /** What was at hand in this turn has arrived. */
  public void readComplete() {
    ByteReceiver to = receiver;
    if (to != null && !held && !endReported) {
      to.onReadComplete();
    }
  }

  /** Nothing follows what waits; the receiver hears of it once it has got that. Idempotent. */
  public void end(@Nullable Throwable why) {
    if (!ended) {
      ended = true;
      cause = why;
      reportEnd();
    }
  }

  /** Frees what waits and what will come; the end is still reported. Idempotent. */
  public void discard() {
    discarded = true;
    givenBack.forEach(ByteBuf::release);
    givenBack.clear();
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    held = false;
  }

  private void drain() {
    if (delivering) {
      return;
    }
    boolean delivered = false;
    delivering = true;
    try {
      for (ByteReceiver to = receiver; to != null && !held && !waiting.isEmpty(); to = receiver) {
        delivered = true;
        to.onData(waiting.remove());
      }
    } finally {
      delivering = false;
    }
    if (delivered) {
      readComplete();
    }
    updateReading();
    reportEnd();
  }

  private void reportEnd() {
    ByteReceiver to = receiver;
    if (ended && !endReported && !delivering && to != null && !held && waiting.isEmpty()) {
      endReported = true;
      to.onClosed(cause);
    }
  }

  private void updateReading() {
    boolean read = wanted && receiver != null && !held && waiting.isEmpty();
    if (read != reading && !ended) {
      reading = read;
      source.reading(read);
    }
  }
}
