package io.ethpeerflow.multistream;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Cuts messages out of chunks that are cut anywhere, and takes not a byte more. A message that lies
 * wholly inside a chunk is looked at in place; only one that straddles chunks is copied, into
 * memory that grows with what has arrived.
 */
final class MessageReader {
  /** Enough for any limit of {@link MultistreamConfig}: 2 groups of 7 bits. */
  private static final int MAX_LENGTH_BYTES = 2;

  private static final int FIRST_HELD_BYTES = 64;

  private final int maxMessageBytes;
  private int lengthBytes;
  private boolean lengthKnown;
  private int length;
  private byte[] held = {};
  private int heldBytes;
  private ByteBuf message = Unpooled.EMPTY_BUFFER;
  private int start;

  MessageReader(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Reads up to the end of the next message.
   *
   * @param in borrows; its reader index moves behind what was read, never past the message
   * @return true when {@link #message()} can be looked at, until the next call and while {@code in}
   *     is unchanged; false when all of {@code in} was read and more is needed
   */
  boolean read(ByteBuf in) throws WireFormatException {
    message = Unpooled.EMPTY_BUFFER;
    if (!lengthKnown && !readLength(in)) {
      return false;
    }
    if (heldBytes == 0 && in.readableBytes() >= length) {
      message = in;
      start = in.readerIndex();
      in.skipBytes(length);
    } else {
      hold(in, Math.min(length - heldBytes, in.readableBytes()));
      if (heldBytes < length) {
        return false;
      }
      message = Unpooled.wrappedBuffer(held, 0, heldBytes);
      start = 0;
      heldBytes = 0;
    }
    lengthKnown = false;
    // [spec multistream/frame-1]
    if (message.getByte(start + length - 1) != '\n') {
      throw new WireFormatException(
          "multistream message of "
              + length
              + " bytes does not end in a newline: "
              + Messages.preview(message, start, length));
    }
    return true;
  }

  /** The chunk that the message lies in. */
  ByteBuf message() {
    return message;
  }

  /** Where in {@link #message()} it starts. */
  int start() {
    return start;
  }

  /** Its length without the newline, at least 1. */
  int textLength() {
    return length - 1;
  }

  /** Memory held for a message that straddles chunks, in bytes. */
  int heldCapacity() {
    return held.length;
  }

  private boolean readLength(ByteBuf in) throws WireFormatException {
    while (in.isReadable()) {
      if (lengthBytes == 0) {
        length = 0;
      }
      byte b = in.readByte();
      length |= (b & 0x7f) << (7 * lengthBytes);
      lengthBytes++;
      if (b < 0) {
        if (lengthBytes == MAX_LENGTH_BYTES) {
          throw new WireFormatException(
              "multistream length prefix of more than "
                  + MAX_LENGTH_BYTES
                  + " bytes exceeds the "
                  + maxMessageBytes
                  + " bytes allowed for a message");
        }
        continue;
      }
      checkLength(b);
      lengthBytes = 0;
      lengthKnown = true;
      return true;
    }
    return false;
  }

  private void checkLength(byte last) throws WireFormatException {
    // [spec multistream/frame-2]
    if (last == 0 && lengthBytes > 1) {
      throw new WireFormatException("multistream length prefix is not minimal: its last byte is 0");
    }
    // [spec multistream/limit-1]
    if (length > maxMessageBytes) {
      throw new WireFormatException(
          "multistream message of "
              + length
              + " bytes exceeds the "
              + maxMessageBytes
              + " allowed");
    }
    if (length < 2) {
      throw new WireFormatException(
          "multistream message of " + length + " bytes: a character and a newline are the least");
    }
  }

  private void hold(ByteBuf in, int bytes) {
    if (heldBytes + bytes > held.length) {
      int capacity = Math.max(FIRST_HELD_BYTES, Math.max(2 * held.length, heldBytes + bytes));
      held = Arrays.copyOf(held, Math.min(capacity, maxMessageBytes));
    }
    in.readBytes(held, heldBytes, bytes);
    heldBytes += bytes;
  }
}
