package io.ethpeerflow.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Lets Netty read from a stream no more than its user asked for: the buffer that it gets is never
 * larger than the demand. Without demand it gets one of no bytes, a probe, which takes nothing from
 * the stream but shows its end or its reset. Netty is told that a probe brought something, as it
 * would otherwise go on probing for ever when data waits.
 */
@SuppressWarnings("deprecation") // Netty's channels take their buffers through this interface only
final class ReadHandle implements RecvByteBufAllocator, RecvByteBufAllocator.Handle {
  private static final int LEAST_BYTES = 2 << 10;
  private static final int MOST_BYTES = 64 << 10;
  private static final ByteBuf PROBE =
      Unpooled.unreleasableBuffer(Unpooled.directBuffer(1, 1).setIndex(1, 1));

  private final QuicStream stream;
  private int nextBytes = LEAST_BYTES;
  private int attempted;
  private int last;
  private boolean probing;

  ReadHandle(QuicStream stream) {
    this.stream = stream;
  }

  @Override
  public Handle newHandle() {
    return this;
  }

  @Override
  public ByteBuf allocate(ByteBufAllocator allocator) {
    long wanted = stream.readable();
    probing = wanted <= 0;
    return probing ? PROBE : allocator.directBuffer((int) Math.min(wanted, nextBytes));
  }

  /** Whether the last buffer was a probe. */
  boolean isProbing() {
    return probing;
  }

  @Override
  public int guess() {
    return nextBytes;
  }

  @Override
  public void reset(ChannelConfig config) {}

  @Override
  public void incMessagesRead(int messages) {}

  @Override
  public void lastBytesRead(int bytes) {
    last = bytes;
    if (probing) {
      return;
    }
    if (bytes > 0 && bytes == attempted) {
      nextBytes = Math.min(MOST_BYTES, nextBytes << 1);
    } else if (bytes < nextBytes >> 2) {
      nextBytes = Math.max(LEAST_BYTES, nextBytes >> 1);
    }
  }

  @Override
  public int lastBytesRead() {
    return probing ? 1 : last;
  }

  @Override
  public void attemptedBytesRead(int bytes) {
    attempted = bytes;
  }

  @Override
  public int attemptedBytesRead() {
    return attempted;
  }

  @Override
  public boolean continueReading() {
    return !probing && last > 0 && last == attempted && stream.readable() > 0;
  }

  @Override
  public void readComplete() {}
}
