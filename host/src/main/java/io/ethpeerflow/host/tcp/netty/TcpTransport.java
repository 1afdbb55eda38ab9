package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.spi.UpgradeRequest;
import io.ethpeerflow.host.loop.netty.NettyLoop;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP over IPv4 and IPv6. A socket's scope is reserved before the socket is opened or, when it was
 * accepted, before a byte is read; cancelling a dial closes its socket at whatever stage it is.
 * Netty's sockets begin with {@code TCP_NODELAY}, so that is not set again.
 */
final class TcpTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);
  private static final String NAME = "tcp";

  private final TransportContext context;
  private final TcpConfig config;
  private final NettyLoops loops;
  private final Set<TcpListener> listeners = ConcurrentHashMap.newKeySet();
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private final Metrics.Counter refusedAccepts;
  private final Metrics.Counter failedAccepts;
  private final Metrics.Counter failedInboundUpgrades;

  TcpTransport(TransportContext context, TcpConfig config) {
    this.context = context;
    this.config = config;
    NettyLoops netty = context.loops().unwrap(NettyLoops.class);
    if (netty == null) {
      throw new IllegalStateException("the TCP transport needs Netty's event loops");
    }
    this.loops = netty;
    this.refusedAccepts = context.metrics().counter("peerflow.tcp.accept.refused");
    this.failedAccepts = context.metrics().counter("peerflow.tcp.accept.failed");
    this.failedInboundUpgrades = context.metrics().counter("peerflow.tcp.upgrade.failed");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean canDial(Multiaddr address) {
    InetSocketAddress socket = TcpAddresses.toSocket(address);
    return socket != null && socket.getPort() != 0;
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return TcpAddresses.toSocket(address) != null;
  }

  @Override
  public CompletableFuture<MuxedConnection> dial(DialRequest request) {
    InetSocketAddress remote = TcpAddresses.toSocket(request.address());
    if (remote == null) {
      return CompletableFuture.failedFuture(
          new P2pException("not a TCP address: " + request.address()));
    }
    SocketScope scope;
    try {
      scope = new SocketScope(context.limits().openConnection(Direction.OUTBOUND, true));
    } catch (ResourceLimitException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    return new Dial(request, remote, scope).start();
  }

  private void configure(Channel channel) {
    channel.config().setAutoRead(false);
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel
        .config()
        .setWriteBufferWaterMark(
            new WriteBufferWaterMark(config.writeLowBytes(), config.writeHighBytes()));
    channel
        .config()
        .setRecvByteBufAllocator(
            new AdaptiveRecvByteBufAllocator(2048, 16 << 10, config.maxReadBytes()));
    open.add(channel);
    channel.closeFuture().addListener(ended -> open.remove(channel));
    if (closed) {
      channel.close();
    }
  }

  private TcpLink link(Channel channel, NettyLoop loop, SocketScope scope) {
    var link = new TcpLink(channel, loop, scope, config.closeLinger().toNanos());
    channel.pipeline().addLast(link);
    return link;
  }

  /** One dial: connect, then upgrade; its result cancels whichever is under way. */
  private final class Dial {
    private final DialRequest request;
    private final InetSocketAddress remote;
    private final SocketScope scope;
    private final NettyLoop loop;
    private final CompletableFuture<MuxedConnection> result = new CompletableFuture<>();
    private @Nullable CompletableFuture<MuxedConnection> upgrade;

    Dial(DialRequest request, InetSocketAddress remote, SocketScope scope) {
      this.request = request;
      this.remote = remote;
      this.scope = scope;
      this.loop = (NettyLoop) loops.next();
    }

    CompletableFuture<MuxedConnection> start() {
      ChannelFuture connecting =
          new Bootstrap()
              .group(loop.eventLoop())
              .channel(loops.isEpoll() ? EpollSocketChannel.class : NioSocketChannel.class)
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis())
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      configure(channel);
                    }
                  })
              .connect(remote);
      Channel channel = connecting.channel();
      channel.closeFuture().addListener(closed -> scope.socketClosed());
      var deadline =
          loop.schedule(
              request.timeout().toNanos(),
              () ->
                  fail(
                      channel,
                      new P2pException(
                          request.address() + " did not answer within " + request.timeout())));
      connecting.addListener(
          done -> {
            if (done.isSuccess()) {
              onConnected(channel);
            } else {
              channel.close();
              result.completeExceptionally(done.cause());
            }
          });
      result.whenComplete(
          (connection, failure) -> {
            deadline.cancel();
            if (result.isCancelled()) {
              loop.execute(() -> giveUp(channel));
            }
          });
      return result;
    }

    private int connectTimeoutMillis() {
      return (int) Math.min(Integer.MAX_VALUE, Math.max(1, request.timeout().toMillis()));
    }

    private void onConnected(Channel channel) {
      if (result.isDone()) {
        channel.close();
        return;
      }
      CompletableFuture<MuxedConnection> upgrading =
          context
              .upgrader()
              .upgrade(
                  link(channel, loop, scope),
                  new UpgradeRequest(
                      request.role(),
                      Direction.OUTBOUND,
                      NAME,
                      TcpAddresses.ofSocket((InetSocketAddress) channel.localAddress()),
                      request.address(),
                      request.peer(),
                      scope));
      upgrade = upgrading;
      upgrading.whenComplete(
          (connection, failure) -> {
            if (failure != null) {
              result.completeExceptionally(failure);
            } else if (!result.complete(connection)) {
              connection.close(ConnectionErrorCode.NO_ERROR);
            }
          });
    }

    private void fail(Channel channel, Throwable why) {
      if (result.completeExceptionally(why)) {
        giveUp(channel);
      }
    }

    private void giveUp(Channel channel) {
      if (upgrade != null) {
        upgrade.cancel(false);
      }
      channel.close();
    }
  }

  @Override
  public CompletableFuture<Listener> listen(Multiaddr address, Consumer<MuxedConnection> accepted) {
    InetSocketAddress local = TcpAddresses.toSocket(address);
    if (local == null) {
      return CompletableFuture.failedFuture(new P2pException("not a TCP address: " + address));
    }
    NettyLoop acceptLoop = (NettyLoop) loops.next();
    var result = new CompletableFuture<Listener>();
    var bootstrap = new ServerBootstrap();
    TcpServerSockets.choose(bootstrap, local, loops.isEpoll());
    bootstrap
        .group(acceptLoop.eventLoop(), loops.group())
        .handler(new AcceptGate(context, refusedAccepts))
        .option(ChannelOption.SO_BACKLOG, config.backlog())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                configure(channel);
                channel.pipeline().addLast(new AcceptedChannel(accepted));
              }
            })
        .bind(local)
        .addListener(
            (ChannelFuture bound) -> {
              if (bound.isSuccess()) {
                var listener = new TcpListener(bound.channel());
                bound
                    .channel()
                    .pipeline()
                    .addLast(new AcceptFailures(listener.address(), acceptLoop, failedAccepts));
                listeners.add(listener);
                bound.channel().closeFuture().addListener(closed -> listeners.remove(listener));
                if (!result.complete(listener)) {
                  listener.close();
                }
              } else {
                result.completeExceptionally(TcpServerSockets.bindFailure(address, bound.cause()));
              }
            });
    return result;
  }

  /**
   * Begins when the initializer is done with the channel: it reports what fails meanwhile as its
   * own.
   */
  private final class AcceptedChannel extends ChannelInboundHandlerAdapter {
    private final Consumer<MuxedConnection> accepted;

    AcceptedChannel(Consumer<MuxedConnection> accepted) {
      this.accepted = accepted;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.pipeline().remove(this);
      onAccepted(ctx.channel(), accepted);
    }
  }

  private void onAccepted(Channel channel, Consumer<MuxedConnection> accepted) {
    Multiaddr local = TcpAddresses.ofSocket((InetSocketAddress) channel.localAddress());
    Multiaddr remote = TcpAddresses.ofSocket((InetSocketAddress) channel.remoteAddress());
    SocketScope scope = AcceptGate.scope(channel);
    context
        .upgrader()
        .upgrade(
            link(channel, loops.of(channel.eventLoop()), scope),
            new UpgradeRequest(Role.RESPONDER, Direction.INBOUND, NAME, local, remote, null, scope))
        .whenComplete(
            (connection, failure) -> {
              if (failure == null) {
                accepted.accept(connection);
              } else {
                failedInboundUpgrades.increment();
                LOG.debug(
                    "inbound upgrade failed remote={} reason={}", remote, failure.getMessage());
              }
            });
  }

  /**
   * Closes every socket, those that linger over what was written included: an event loop that is
   * told to stop by one of its own tasks runs the tasks it has and leaves its sockets open. A task
   * each, so that a connection which is about to close flushes first.
   */
  @Override
  public void close() {
    closed = true;
    listeners.forEach(TcpListener::close);
    open.forEach(channel -> channel.eventLoop().execute(channel::close));
  }

  private static final class TcpListener implements Listener {
    private final Channel channel;
    private final Multiaddr address;

    TcpListener(Channel channel) {
      this.channel = channel;
      this.address = TcpAddresses.ofSocket((InetSocketAddress) channel.localAddress());
    }

    @Override
    public Multiaddr address() {
      return address;
    }

    @Override
    public CompletableFuture<Void> close() {
      var closed = new CompletableFuture<Void>();
      channel.close().addListener(done -> closed.complete(null));
      return closed;
    }
  }
}
