package io.ethpeerflow.yamux.frame;

import io.ethpeerflow.core.error.ProtocolViolation;
import io.netty.buffer.ByteBuf;

/**
 * Finds frames in a stream of bytes that is cut anywhere. Keeps at most eleven bytes, as numbers:
 * nothing is allocated or waited for because of a claimed length. Payload is passed on as slices of
 * the input, and as the input buffer itself where a payload reaches its end.
 *
 * <p>Not thread-safe. May be stopped from within its handler; never re-entered.
 */
public final class FrameParser {
  private final FrameHandler handler;
  private long head;
  private int length;
  private int headerBytes;
  private long payloadLeft;
  private boolean wanted;
  private boolean stopped;

  /** A parser that starts at the first byte of a header. */
  public FrameParser(FrameHandler handler) {
    this.handler = handler;
  }

  /** From now on input is dropped, the rest of the present chunk included. */
  public void stop() {
    stopped = true;
  }

  /**
   * Parses what has arrived.
   *
   * @param chunk consumes, also on failure
   * @throws ProtocolViolation from the handler; the parser must not be used after one that ends the
   *     connection
   */
  public void parse(ByteBuf chunk) throws ProtocolViolation {
    boolean owned = true;
    try {
      while (!stopped && chunk.isReadable()) {
        if (payloadLeft == 0) {
          if (readHeader(chunk)) {
            startFrame();
          }
          continue;
        }
        int bytes = (int) Math.min(payloadLeft, chunk.readableBytes());
        payloadLeft -= bytes;
        boolean last = bytes == chunk.readableBytes();
        if (!wanted) {
          chunk.skipBytes(bytes);
        } else if (last) {
          owned = false;
          handler.onPayload(chunk);
        } else {
          handler.onPayload(chunk.readRetainedSlice(bytes));
        }
        if (payloadLeft == 0 && !stopped) {
          handler.onFrameEnd();
        }
        if (last) {
          return;
        }
      }
    } finally {
      if (owned) {
        chunk.release();
      }
    }
  }

  private void startFrame() throws ProtocolViolation {
    wanted = handler.onHeader(head, length);
    if (FrameHeader.type(head) == FrameHeader.DATA) {
      payloadLeft = FrameHeader.unsigned(length);
    }
    if (payloadLeft == 0 && !stopped) {
      handler.onFrameEnd();
    }
  }

  private boolean readHeader(ByteBuf chunk) {
    // [spec yamux/header]
    if (headerBytes == 0 && chunk.readableBytes() >= FrameHeader.BYTES) {
      head = chunk.readLong();
      length = chunk.readInt();
      return true;
    }
    while (chunk.isReadable()) {
      int octet = chunk.readUnsignedByte();
      if (headerBytes < 8) {
        head = head << 8 | octet;
      } else {
        length = length << 8 | octet;
      }
      if (++headerBytes == FrameHeader.BYTES) {
        headerBytes = 0;
        return true;
      }
    }
    return false;
  }
}
