package io.ethpeerflow.core.spi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A reliable, ordered pipe of bytes to one remote: a TCP socket, a simulated one, or (as {@link
 * SecureLink}) a record layer on top of another link. What the layers of a connection stand on.
 *
 * <p>All methods must be called on {@link #loop()}. A link belongs to one user at a time: raw
 * negotiation, then the security protocol, then the muxer; each hands it on by letting the next
 * install its receiver, and gives back what it did not need by {@link #unread}.
 */
public interface ByteLink {
  /** The loop that owns the link. */
  Loop loop();

  /** Where buffers for this link come from. */
  ByteBufAllocator allocator();

  /**
   * Installs or replaces the receiver. What arrived before there was one, and what was {@link
   * #unread}, is delivered first, before this call returns or at the end of the turn; so is the end
   * of the link.
   */
  void receiver(ByteReceiver receiver);

  /**
   * Gives received bytes back, for the next receiver, which gets what several calls gave back in
   * the order of the calls, and before anything newer.
   *
   * @param data consumes
   */
  void unread(ByteBuf data);

  /** Stops or resumes reading from the network; what is already read is still delivered. */
  void reading(boolean on);

  /**
   * Appends bytes to what will be sent; they leave at {@link #flush()}.
   *
   * @param data consumes, also when the link has ended
   */
  void write(ByteBuf data);

  /** Sends what was written. Call it once at the end of a turn, not per write. */
  void flush();

  /** Whether the outbound buffer is below its mark; a writer should pause when it is not. */
  boolean isWritable();

  /**
   * Installs what runs each time the link becomes writable again, and once when it has ended; one
   * per link.
   */
  void onWritable(Runnable resume);

  /**
   * Ends the link after what was written was sent, flushed or not, within a bound. Nothing more is
   * received. Idempotent.
   */
  void close();

  /** Ends the link at once and drops what was not sent. Idempotent. */
  void abort();
}
