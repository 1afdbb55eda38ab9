package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import java.net.InetSocketAddress;

/**
 * How many datagrams of one connection the kernel gets in one piece, to cut them apart itself: as
 * many as fit into the longest one that there is, at the length that the path takes now.
 */
@OwnedBy("the socket's loop")
final class Segments implements SegmentedDatagramPacketAllocator {
  /** What a UDP datagram carries at most over IPv4, and so a piece. */
  static final int MAX_PIECE_BYTES = 65_507;

  private final int most;
  private int fitting;

  /**
   * A connection's.
   *
   * @param most datagrams in a piece, however short they are; at least 1
   */
  Segments(int most) {
    this.most = most;
    this.fitting = most;
  }

  @Override
  public int maxNumSegments() {
    return fitting;
  }

  @Override
  public DatagramPacket newPacket(ByteBuf buffer, int segmentSize, InetSocketAddress remote) {
    fitting = Math.max(1, Math.min(most, MAX_PIECE_BYTES / segmentSize));
    return new SegmentedDatagramPacket(buffer, segmentSize, remote);
  }

  /** Cuts pieces that were begun before the datagrams of their connection became longer. */
  static final class Cutter extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (!(message instanceof SegmentedDatagramPacket whole)
          || whole.content().readableBytes() <= MAX_PIECE_BYTES) {
        ctx.write(message, promise);
        return;
      }
      ByteBuf content = whole.content();
      int segment = whole.segmentSize();
      int piece = Math.max(1, MAX_PIECE_BYTES / segment) * segment;
      while (content.readableBytes() > piece) {
        ctx.write(
            new SegmentedDatagramPacket(
                content.readRetainedSlice(piece), segment, whole.recipient()));
      }
      ctx.write(
          new SegmentedDatagramPacket(
              content.readRetainedSlice(content.readableBytes()), segment, whole.recipient()),
          promise);
      whole.release();
    }
  }
}
