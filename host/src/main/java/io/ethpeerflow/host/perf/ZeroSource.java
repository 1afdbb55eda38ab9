package io.ethpeerflow.host.perf;

import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Writes zeros as fast as the stream takes them, from one shared buffer, then closes the write
 * side.
 */
final class ZeroSource implements Runnable {
  private static final int CHUNK_BYTES = 256 << 10;
  private static final ByteBuf ZEROS =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(CHUNK_BYTES, CHUNK_BYTES).writeZero(CHUNK_BYTES).asReadOnly());

  private final Stream stream;
  private final BooleanSupplier stop;
  private final LongConsumer progress;

  @OwnedBy("connection loop")
  private long leftBytes;

  @OwnedBy("connection loop")
  private long writtenBytes;

  /** Writes {@code bytes}, taken as unsigned. */
  ZeroSource(Stream stream, long bytes) {
    this(stream, bytes, () -> false, written -> {});
  }

  /**
   * Writes {@code bytes}, taken as unsigned, or fewer once {@code stop} says so.
   *
   * @param progress is told of each chunk that the stream took
   */
  ZeroSource(Stream stream, long bytes, BooleanSupplier stop, LongConsumer progress) {
    this.stream = stream;
    this.leftBytes = bytes;
    this.stop = stop;
    this.progress = progress;
  }

  /** Bytes that the stream took. */
  long writtenBytes() {
    return writtenBytes;
  }

  @Override
  public void run() {
    while (leftBytes != 0 && !stop.getAsBoolean()) {
      int bytes = leftBytes < 0 || leftBytes > CHUNK_BYTES ? CHUNK_BYTES : (int) leftBytes;
      ByteBuf chunk = bytes == CHUNK_BYTES ? ZEROS.duplicate() : ZEROS.slice(0, bytes);
      if (!stream.offer(chunk)) {
        if (!stream.closed().isDone()) {
          stream.onWritable(this);
        }
        return;
      }
      leftBytes -= bytes;
      writtenBytes += bytes;
      progress.accept(bytes);
    }
    stream.closeWrite();
  }
}
