package io.ethpeerflow.core;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * The unreliable datagrams of a {@link Connection}, one channel for the whole connection: secured
 * as its streams are, bounded in size, without order, acknowledgement, retransmission or
 * back-pressure. A datagram arrives once or not at all. Both sides agree by other means on what
 * they carry; where several protocols share a connection, the first bytes of each datagram should
 * say whose it is.
 *
 * <p>Those of a QUIC connection are RFC 9221's: subject to congestion control, not to flow control.
 *
 * <p>Transports implement it and give it out with {@code MuxedConnection.datagrams()}; users get it
 * from {@link Connection#datagrams()}.
 */
public interface Datagrams {
  /**
   * The largest payload that {@link #send} takes now, in bytes, at least 1. It follows the path and
   * the remote's limit, so it may change in either direction. Any thread.
   */
  int maxBytes();

  /**
   * Queues a datagram, without waiting. Any thread; those of one thread leave in their order.
   *
   * @param payload consumes, in every case; may be empty
   * @return false when it was dropped because the queue is full or the connection has ended; true
   *     promises no more than that it was queued
   * @throws IllegalArgumentException when the payload is larger than {@link #maxBytes}, with both
   *     sizes
   */
  boolean send(ByteBuf payload);

  /**
   * Says who takes what arrives; once. A bounded number of datagrams that came before is delivered
   * at the end of the loop's turn. Any thread.
   *
   * @param reader called on the connection's loop, must not block; is given each payload and
   *     releases it
   * @throws IllegalStateException when there is a reader already
   */
  void receive(Consumer<ByteBuf> reader);

  /** What has been sent, received and dropped so far: a snapshot. Any thread. */
  Counts counts();

  /**
   * What became of datagrams. Once the connection has ended, {@code sent} and {@code
   * droppedOutbound} together are the calls of {@link #send} that did not throw.
   *
   * @param sent left this side in a packet, which may have been lost
   * @param received given to the reader
   * @param droppedOutbound refused by {@link #send}, or queued and never sent, because the
   *     connection ended or the path shrank below their size
   * @param droppedInbound arrived and dropped, because there was no reader and no room to keep them
   *     until there is one, or the connection ended before there was
   */
  record Counts(long sent, long received, long droppedOutbound, long droppedInbound) {
    /** Nothing yet. */
    public static final Counts NONE = new Counts(0, 0, 0, 0);
  }
}
