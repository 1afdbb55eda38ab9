package io.ethpeerflow.noise.record;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Adds up the capacities that were asked for. */
final class CountingAllocator extends AbstractByteBufAllocator {
  private long reservedBytes;

  long reservedBytes() {
    return reservedBytes;
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    reservedBytes += initialCapacity;
    return ByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    reservedBytes += initialCapacity;
    return ByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }
}
