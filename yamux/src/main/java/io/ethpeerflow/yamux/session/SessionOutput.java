package io.ethpeerflow.yamux.session;

import io.ethpeerflow.core.CloseReason;
import io.netty.buffer.ByteBuf;

/** Where a {@link Session} puts what it decides; see the essay there. */
public interface SessionOutput {
  /** Whether the link takes more frames now. */
  boolean isWritable();

  /**
   * Writes one frame; borrows both buffers.
   *
   * @param head the header
   * @param body its reader index moves on by {@code bodyBytes}
   */
  void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes);

  /** Sends what was written; at most once per turn. */
  void flush();

  /** {@link Session#onTurn} is wanted at the end of the present turn. */
  void wake();

  /** The remote opened a stream. Its events must be set before this returns. */
  void created(SessionStream inbound);

  /** An inbound stream may be handed to whoever accepts; called once accepting, in order. */
  void accepted(StreamEvents inbound);

  /** A limit refused an inbound stream. */
  void refused();

  /** An answer to a ping was dropped because too many wait. */
  void pingDropped();

  /** A ping of ours was answered after so long. */
  void roundTrip(long nanos);

  /** The session is over, its streams have been told, its last frames are flushed. Once. */
  void ended(CloseReason reason);
}
