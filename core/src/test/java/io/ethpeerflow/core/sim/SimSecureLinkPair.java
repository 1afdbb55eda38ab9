package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBufAllocator;

/**
 * Two connected {@link PlainSecureLink}s on a {@link MemoryLinkPair}, as after a handshake between
 * {@link TestIdentities} 1 (left) and 2 (right): what muxer tests run on.
 */
public final class SimSecureLinkPair implements AutoCloseable {
  /** What {@link SecureLink#security} says. */
  public static final ProtocolId SECURITY = ProtocolId.of("/insecure-for-tests/1.0.0");

  private final MemoryLinkPair links;
  private final PlainSecureLink left;
  private final PlainSecureLink right;

  /** A pair with {@link LinkOptions#DEFAULT}. */
  public SimSecureLinkPair(Loop leftLoop, Loop rightLoop) {
    this(leftLoop, rightLoop, LinkOptions.DEFAULT);
  }

  /** A pair that behaves as the options say. */
  public SimSecureLinkPair(Loop leftLoop, Loop rightLoop, LinkOptions options) {
    this(leftLoop, rightLoop, options, ByteBufAllocator.DEFAULT);
  }

  /** A pair whose ends take their buffers from an allocator, which a test may audit. */
  public SimSecureLinkPair(
      Loop leftLoop, Loop rightLoop, LinkOptions options, ByteBufAllocator allocator) {
    links = new MemoryLinkPair(leftLoop, rightLoop, options, allocator);
    left =
        new PlainSecureLink(
            links.left(), SECURITY, TestIdentities.key(2).publicKey(), /* earlyMuxer= */ null);
    right =
        new PlainSecureLink(
            links.right(), SECURITY, TestIdentities.key(1).publicKey(), /* earlyMuxer= */ null);
  }

  /** One end. */
  public SecureLink left() {
    return left;
  }

  /** The other end. */
  public SecureLink right() {
    return right;
  }

  /** What they stand on, to cut, stall or inspect. */
  public MemoryLinkPair links() {
    return links;
  }

  @Override
  public void close() {
    links.close();
  }
}
