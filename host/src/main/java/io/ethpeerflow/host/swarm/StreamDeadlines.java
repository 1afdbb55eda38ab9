package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;

/**
 * The read and the write deadline of a stream; expiry resets it. Costs nothing until one is set.
 */
@OwnedBy("connection loop")
final class StreamDeadlines {
  private static final int WRITE_CHECKS_PER_DEADLINE = 4;

  private final Loop loop;
  private final DeadlineWheel wheel;
  private final SwarmStream stream;
  private long readNanos;
  private long readSinceNanos;
  private long writeNanos;
  private long sentAtCheck;
  private long writeProgressNanos;

  private final DeadlineWheel.Entry readEntry =
      new DeadlineWheel.Entry() {
        @Override
        protected void onExpired() {
          onReadCheck();
        }
      };
  private final DeadlineWheel.Entry writeEntry =
      new DeadlineWheel.Entry() {
        @Override
        protected void onExpired() {
          onWriteCheck();
        }
      };

  StreamDeadlines(Loop loop, SwarmStream stream) {
    this.loop = loop;
    this.wheel = loop.deadlines();
    this.stream = stream;
  }

  /** Sets the read deadline; 0 removes it. */
  void read(long nanos) {
    readNanos = nanos;
    wheel.disarm(readEntry);
    if (nanos > 0) {
      readSinceNanos = loop.nanoTime();
      wheel.arm(readEntry, readSinceNanos + nanos);
    }
  }

  /** Sets the write deadline; 0 removes it. */
  void write(long nanos) {
    writeNanos = nanos;
    wheel.disarm(writeEntry);
    if (nanos > 0) {
      sentAtCheck = stream.sentBytes();
      writeProgressNanos = loop.nanoTime();
      wheel.arm(writeEntry, writeProgressNanos + nanos / WRITE_CHECKS_PER_DEADLINE);
    }
  }

  /** Bytes were delivered, or demand was opened. */
  void readProgress() {
    if (readNanos > 0) {
      readSinceNanos = loop.nanoTime();
    }
  }

  void cancel() {
    wheel.disarm(readEntry);
    wheel.disarm(writeEntry);
    readNanos = 0;
    writeNanos = 0;
  }

  private void onReadCheck() {
    long nowNanos = loop.nanoTime();
    if (!stream.intake().hasOpenDemand()) {
      readSinceNanos = nowNanos;
    } else if (nowNanos - readSinceNanos >= readNanos) {
      stream.raw().reset(StreamErrorCode.GARBAGE_COLLECTED);
      return;
    }
    wheel.arm(readEntry, readSinceNanos + readNanos);
  }

  private void onWriteCheck() {
    long nowNanos = loop.nanoTime();
    long sent = stream.sentBytes();
    if (stream.unsentBytes() == 0 || sent != sentAtCheck) {
      writeProgressNanos = nowNanos;
    } else if (nowNanos - writeProgressNanos >= writeNanos) {
      stream.raw().reset(StreamErrorCode.GARBAGE_COLLECTED);
      return;
    }
    sentAtCheck = sent;
    wheel.arm(writeEntry, nowNanos + writeNanos / WRITE_CHECKS_PER_DEADLINE);
  }
}
