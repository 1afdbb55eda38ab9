package io.ethpeerflow.tls.engine;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was opened and nobody has taken: before there is a receiver, and what one gives back for the
 * next. While something waits, reading from the network stops, so that no more waits than had
 * arrived by then.
 */
@OwnedBy("connection loop")
final class Inbox {
  private final ByteLink link;
  private final Deque<ByteBuf> waiting = new ArrayDeque<>(2);
  private final List<ByteBuf> givenBack = new ArrayList<>(1);
  private @Nullable ByteReceiver receiver;
  private boolean wanted = true;
  private boolean reading = true;
  private boolean held;
  private boolean drainQueued;
  private boolean ended;
  private boolean endReported;
  private boolean discarded;
  private @Nullable Throwable cause;

  Inbox(ByteLink link) {
    this.link = link;
  }

  void receiver(ByteReceiver next) {
    receiver = next;
    held = false;
    queueGivenBack();
    if (!drainQueued) {
      drainQueued = true;
      link.loop().execute(this::drain);
    }
  }

  /** Consumes data, for the next receiver; several pieces keep their order. */
  void unread(ByteBuf data) {
    if (discarded || !data.isReadable()) {
      data.release();
      return;
    }
    givenBack.add(data);
    held = true;
    updateReading();
  }

  void reading(boolean on) {
    wanted = on;
    updateReading();
  }

  /** Consumes data. */
  void data(ByteBuf data) {
    ByteReceiver current = receiver;
    if (discarded) {
      data.release();
    } else if (current == null || held || !waiting.isEmpty()) {
      waiting.add(data);
      updateReading();
    } else {
      current.onData(data);
    }
  }

  void readComplete() {
    ByteReceiver current = receiver;
    if (current != null && !endReported) {
      current.onReadComplete();
    }
  }

  /** Nothing follows what waits. */
  void end(@Nullable Throwable why) {
    if (!ended) {
      ended = true;
      cause = why;
      reportEnd();
    }
  }

  /** Drops what waits and what will come; the end is still reported. */
  void discard() {
    discarded = true;
    givenBack.forEach(ByteBuf::release);
    givenBack.clear();
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    held = false;
  }

  private void queueGivenBack() {
    for (int i = givenBack.size() - 1; i >= 0; i--) {
      waiting.addFirst(givenBack.get(i));
    }
    givenBack.clear();
  }

  private void drain() {
    drainQueued = false;
    boolean delivered = false;
    ByteReceiver current = receiver;
    while (current != null && !held && !waiting.isEmpty()) {
      delivered = true;
      current.onData(waiting.remove());
      current = receiver;
    }
    if (delivered && current != null) {
      current.onReadComplete();
    }
    updateReading();
    reportEnd();
  }

  private void reportEnd() {
    ByteReceiver current = receiver;
    if (ended && !endReported && current != null && !held && waiting.isEmpty()) {
      endReported = true;
      current.onClosed(cause);
    }
  }

  private void updateReading() {
    boolean read = wanted && !held && waiting.isEmpty();
    if (read != reading && !ended) {
      reading = read;
      link.reading(read);
    }
  }
}
