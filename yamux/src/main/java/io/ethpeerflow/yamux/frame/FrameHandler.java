package io.ethpeerflow.yamux.frame;

import io.ethpeerflow.core.error.ProtocolViolation;
import io.netty.buffer.ByteBuf;

/** Takes what a {@link FrameParser} finds. */
public interface FrameHandler {
  /**
   * A header is complete; nothing of the payload has been looked at.
   *
   * @param head for {@link FrameHeader}'s accessors
   * @param length the last word, unsigned
   * @return for a data frame, whether the payload is wanted; otherwise it is skipped
   */
  boolean onHeader(long head, int length) throws ProtocolViolation;

  /**
   * A piece of the payload, in order, cut where the input was cut.
   *
   * @param piece consumes; at least one readable byte
   */
  void onPayload(ByteBuf piece) throws ProtocolViolation;

  /** The frame is complete, its payload was handed over or skipped. */
  void onFrameEnd() throws ProtocolViolation;
}
