package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.metrics.Metrics;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;

/**
 * Where a dialed connection has the buffers of its datagrams from: as many as it likes while it is
 * open, and a bounded number when it is being closed, because then quiche may have no end.
 *
 * <p>Netty closes a connection by asking quiche for datagrams until it has none, on the loop of all
 * connections of the socket. A client's handshake is complete before the server has its last
 * message; when that is not acknowledged in time quiche is to probe in the handshake's packet
 * number space. A connection that was closed with an application's code meanwhile sends no frame
 * that would count as the probe (no CRYPTO, no PING), but it does acknowledge in that space as long
 * as a probe is due: so it gives one packet of an ACK frame after the other, and the
 * CONNECTION_CLOSE in the space behind never. Netty comes into this state when it closes while the
 * timer of the probe is due and its task has not run yet, as on a loop that was busy: it then runs
 * the timer between the two times that it asks for datagrams.
 *
 * <p>A buffer that no packet fits into ends it: quiche says that there is nothing to send. The
 * server, which is not told, drops the connection when nothing has arrived for its idle timeout.
 */
@OwnedBy("connection loop")
final class ClosingAllocator extends AbstractByteBufAllocator {
  /**
   * What an orderly close sends is a few datagrams: {@link QuicConnection} waits for what was
   * written.
   */
  static final int MAX_LAST_DATAGRAMS = 256;

  /** Less than any packet's header. */
  private static final int TOO_SMALL_BYTES = 8;

  private static final ByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

  private final Channel connection;
  private final Metrics.Counter cutShort;
  private int lastDatagrams;

  /**
   * The allocator of one connection.
   *
   * @param cutShort counts connections that would have gone on sending
   */
  ClosingAllocator(Channel connection, Metrics.Counter cutShort) {
    super(true);
    this.connection = connection;
    this.cutShort = cutShort;
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    if (connection.isOpen() || ++lastDatagrams <= MAX_LAST_DATAGRAMS) {
      return BUFFERS.directBuffer(initialCapacity, maxCapacity);
    }
    if (lastDatagrams == MAX_LAST_DATAGRAMS + 1) {
      cutShort.increment();
    }
    return BUFFERS.directBuffer(Math.min(initialCapacity, TOO_SMALL_BYTES), maxCapacity);
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return BUFFERS.heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return BUFFERS.isDirectBufferPooled();
  }
}
