package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.spi.Loop;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of a socket that have something to do at the end of the turn: to write what was
 * offered, to read what was asked for, to call their users. While datagrams are being read that is
 * when all at hand have been: so the answers of all connections leave together.
 */
@OwnedBy("the socket's loop")
final class TurnQueue {
  private static final Logger LOG = LoggerFactory.getLogger(TurnQueue.class);

  private final Loop loop;
  private final ArrayDeque<QuicStream> streams = new ArrayDeque<>();
  private final Runnable task = this::runTask;
  private boolean reading;
  private boolean scheduled;

  TurnQueue(Loop loop) {
    this.loop = loop;
  }

  /** A stream that is not in the queue. */
  void add(QuicStream stream) {
    streams.add(stream);
    schedule();
  }

  /** Runs later what is there, unless the end of the reading or a task will. */
  private void schedule() {
    if (!streams.isEmpty() && !reading && !scheduled) {
      scheduled = true;
      loop.execute(task);
    }
  }

  /** A datagram is about to be handled. */
  void beginRead() {
    reading = true;
  }

  /** All datagrams at hand have been read. */
  void endRead() {
    try {
      run();
    } finally {
      reading = false;
    }
    schedule();
  }

  private void runTask() {
    scheduled = false;
    run();
    schedule();
  }

  /** Those that are there now; what they add comes in the next turn. */
  private void run() {
    for (int left = streams.size(); left > 0; left--) {
      QuicStream stream = streams.poll();
      if (stream == null) {
        return;
      }
      try {
        stream.onTurn();
      } catch (RuntimeException failure) {
        LOG.warn("stream={} a turn failed", stream.id(), failure);
      }
    }
  }
}
