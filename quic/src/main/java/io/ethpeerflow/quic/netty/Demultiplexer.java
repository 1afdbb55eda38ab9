package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.quic.packet.PacketHeader;
import io.ethpeerflow.quic.packet.PacketHeader.Recipient;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.collection.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One socket for two codecs. Netty's server codec does not dial and its client codec does not
 * accept; both stand in the socket's pipeline, the client's behind the server's, and each datagram
 * goes to the one whose connection it names. What both write passes through to the socket.
 */
@OwnedBy("the socket's loop")
final class Demultiplexer extends ChannelInboundHandlerAdapter {
  /** Stands before the client codec, so that datagrams can be handed to it alone. */
  private static final class Gate extends ChannelInboundHandlerAdapter {
    private @Nullable ChannelHandlerContext context;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      context = ctx;
    }

    ChannelHandlerContext context() {
      ChannelHandlerContext known = context;
      if (known == null) {
        throw new IllegalStateException("not in a pipeline");
      }
      return known;
    }
  }

  private final TurnQueue turns;
  private final Admission admission;
  private final Metrics.Counter dropped;
  private final LongObjectHashMap<Boolean> dialers = new LongObjectHashMap<>();
  private final Gate gate = new Gate();

  /**
   * A demultiplexer.
   *
   * @param dropped counts datagrams that are nobody's
   */
  Demultiplexer(TurnQueue turns, Admission admission, Metrics.Counter dropped) {
    this.turns = turns;
    this.admission = admission;
    this.dropped = dropped;
  }

  /** Puts itself and the codecs into a socket's pipeline. */
  void install(ChannelPipeline pipeline, ChannelHandler acceptor, ChannelHandler dialer) {
    pipeline.addLast(this, acceptor, gate, dialer);
  }

  void addDialer(long id) {
    dialers.put(id, Boolean.TRUE);
  }

  void removeDialer(long id) {
    dialers.remove(id);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var datagram = (DatagramPacket) message;
    turns.beginRead();
    Recipient recipient = PacketHeader.recipient(datagram.content());
    if (recipient == Recipient.AMBIGUOUS) {
      boolean known = dialers.containsKey(PacketHeader.longHeaderId(datagram.content()));
      recipient = known ? Recipient.DIALED : Recipient.ACCEPTED;
    }
    switch (recipient) {
      case DIALED -> gate.context().fireChannelRead(datagram);
      case ACCEPTED -> {
        byte[] answer = admission.answerToForeignToken(datagram.content(), datagram.sender());
        if (answer == null) {
          admission.datagram(datagram.content().readableBytes());
          ctx.fireChannelRead(datagram);
        } else {
          var retry = new DatagramPacket(Unpooled.wrappedBuffer(answer), datagram.sender());
          datagram.release();
          ctx.writeAndFlush(retry);
        }
      }
      case AMBIGUOUS, NOBODY -> {
        dropped.increment();
        datagram.release();
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    admission.giveBackUnused();
    try {
      turns.endRead();
    } finally {
      // without these the codecs would neither answer nor flush
      ctx.fireChannelReadComplete();
      gate.context().fireChannelReadComplete();
    }
  }
}
