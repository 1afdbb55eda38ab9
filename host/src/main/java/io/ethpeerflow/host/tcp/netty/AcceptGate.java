package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on each accepted socket before anything is made for it: a refused one is reset on the
 * accepting loop, so that a crowd costs the other loops nothing and no more sockets are open than
 * the limits allow, however busy those loops are.
 */
@OwnedBy("accepting loop")
final class AcceptGate extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptGate.class);
  private static final AttributeKey<SocketScope> SCOPE =
      AttributeKey.valueOf(AcceptGate.class, "scope");

  private final TransportContext context;
  private final Metrics.Counter refusals;

  AcceptGate(TransportContext context, Metrics.Counter refusals) {
    this.context = context;
    this.refusals = refusals;
  }

  /** What an admitted channel is charged to. */
  static SocketScope scope(Channel admitted) {
    return admitted.attr(SCOPE).get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Channel channel = (Channel) message;
    Multiaddr remote = TcpAddresses.ofSocket((InetSocketAddress) channel.remoteAddress());
    Multiaddr local = TcpAddresses.ofSocket((InetSocketAddress) channel.localAddress());
    if (!context.gater().allowAccept(local, remote)) {
      refuse(channel, remote, "the connection gater");
      return;
    }
    SocketScope scope;
    try {
      scope = new SocketScope(context.limits().openConnection(Direction.INBOUND, true));
    } catch (ResourceLimitException refused) {
      refuse(channel, remote, refused.getMessage());
      return;
    }
    channel.closeFuture().addListener(closed -> scope.socketClosed());
    channel.attr(SCOPE).set(scope);
    ctx.fireChannelRead(channel);
  }

  private void refuse(Channel channel, Multiaddr remote, @Nullable String by) {
    refusals.increment();
    LOG.debug("inbound connection refused remote={} by={}", remote, by);
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.unsafe().closeForcibly();
  }
}
