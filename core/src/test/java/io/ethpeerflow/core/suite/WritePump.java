package io.ethpeerflow.core.suite;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a pattern to a stream as fast as the stream takes it, as the contract says one should.
 * Runs on the stream's loop; any thread may ask how far it is.
 */
final class WritePump {
  private static final long ENDLESS_BYTES = 8 << 20;

  private final StreamProbe probe;
  private final Pattern pattern;
  private final long totalBytes;
  private final int pieceBytes;
  private final boolean closesWrite;
  // written on the loop, read by the test
  private final AtomicLong written = new AtomicLong();
  private final AtomicInteger resumed = new AtomicInteger();
  private volatile boolean done;

  private WritePump(
      StreamProbe probe, Pattern pattern, long totalBytes, int pieceBytes, boolean closesWrite) {
    this.probe = probe;
    this.pattern = pattern;
    this.totalBytes = totalBytes;
    this.pieceBytes = pieceBytes;
    this.closesWrite = closesWrite;
  }

  /** Writes so many bytes in pieces, then closes the write side. */
  static WritePump start(StreamProbe probe, Pattern pattern, long totalBytes, int pieceBytes) {
    return started(new WritePump(probe, pattern, totalBytes, pieceBytes, true));
  }

  /** Writes until it is stopped; that it was not is noted as a violation. */
  static WritePump endless(StreamProbe probe, Pattern pattern, int pieceBytes) {
    return started(new WritePump(probe, pattern, ENDLESS_BYTES, pieceBytes, false));
  }

  private static WritePump started(WritePump pump) {
    pump.probe.onLoop(
        () -> {
          pump.run();
          return pump;
        });
    return pump;
  }

  private void run() {
    while (written.get() < totalBytes) {
      int length = (int) Math.min(pieceBytes, totalBytes - written.get());
      if (!probe.offer(pattern, written.get(), length)) {
        if (!probe.writeOpen()) {
          done = true;
          return;
        }
        probe.call(() -> probe.stream().onWritable(this::resume));
        return;
      }
      written.addAndGet(length);
    }
    if (closesWrite) {
      done = true;
      probe.closeWrite();
    } else {
      probe.violated("nothing stopped a writer within " + ENDLESS_BYTES + " bytes");
    }
  }

  private void resume() {
    resumed.incrementAndGet();
    run();
  }

  /** Bytes that the stream took. */
  long writtenBytes() {
    return written.get();
  }

  /** How often the stream said that it takes data again. */
  int resumed() {
    return resumed.get();
  }

  /** Whether all was written, or the write side ended. */
  boolean isDone() {
    return done;
  }
}
