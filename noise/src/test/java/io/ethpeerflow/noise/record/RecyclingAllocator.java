package io.ethpeerflow.noise.record;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/**
 * Gives the same few buffers again and again: a pool whose own bookkeeping allocates nothing, which
 * that of Netty's does while the leak check is on.
 */
final class RecyclingAllocator extends AbstractByteBufAllocator implements AutoCloseable {
  private static final int CAPACITY = 256 << 10;

  private final ByteBuf[] buffers = new ByteBuf[4];

  RecyclingAllocator() {
    super(true);
    var plain = new UnpooledByteBufAllocator(true, true);
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = plain.directBuffer(CAPACITY, CAPACITY);
    }
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    for (ByteBuf buffer : buffers) {
      if (buffer.refCnt() == 1) {
        return buffer.retain().clear();
      }
    }
    throw new AssertionError("more buffers in use than expected");
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    throw new AssertionError("no heap buffer is expected");
  }

  @Override
  public boolean isDirectBufferPooled() {
    return true;
  }

  @Override
  public void close() {
    for (ByteBuf buffer : buffers) {
      if (buffer.release()) {
        continue;
      }
      throw new AssertionError("a buffer is still in use");
    }
  }
}
