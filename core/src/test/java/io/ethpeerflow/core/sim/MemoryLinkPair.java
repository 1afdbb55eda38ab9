package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.netty.buffer.ByteBufAllocator;

/**
 * Two connected {@link MemoryLink}s, on one loop or on two of the same clock. Closing the pair
 * frees what is still under way.
 */
public final class MemoryLinkPair implements AutoCloseable {
  private final MemoryLink left;
  private final MemoryLink right;

  /** A pair with {@link LinkOptions#DEFAULT}. */
  public MemoryLinkPair(Loop leftLoop, Loop rightLoop) {
    this(leftLoop, rightLoop, LinkOptions.DEFAULT);
  }

  /** A pair that behaves as the options say. */
  public MemoryLinkPair(Loop leftLoop, Loop rightLoop, LinkOptions options) {
    this(leftLoop, rightLoop, options, ByteBufAllocator.DEFAULT);
  }

  /** A pair whose ends take their buffers from an allocator, which a test may audit. */
  public MemoryLinkPair(
      Loop leftLoop, Loop rightLoop, LinkOptions options, ByteBufAllocator allocator) {
    var random = new SeededRandom(options.seed());
    left = new MemoryLink(leftLoop, options, random.nextLong(), allocator);
    right = new MemoryLink(rightLoop, options, random.nextLong(), allocator);
    left.connect(right);
    right.connect(left);
  }

  /** One end. */
  public MemoryLink left() {
    return left;
  }

  /** The other end. */
  public MemoryLink right() {
    return right;
  }

  /** Cuts the connection: both ends fail. */
  public void cut() {
    left.cut();
  }

  @Override
  public void close() {
    left.discard();
    right.discard();
  }
}
