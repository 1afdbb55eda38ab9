package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.quic.QuicCongestionControl;
import io.ethpeerflow.quic.packet.PacketHeader;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelBootstrap;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP socket with all connections that were dialed from it and accepted on it, on one loop.
 * Methods are any thread's unless they say otherwise.
 */
final class QuicSocket {
  private static final Logger LOG = LoggerFactory.getLogger(QuicSocket.class);

  /** Fits every path that carries IPv6 and its tunnels. */
  private static final int FITTING_PAYLOAD_BYTES = 1350;

  private final TransportContext context;
  private final QuicConfig config;
  private final QuicTls tls;
  private final ConnectionIds ids;
  private final Loop loop;
  private final EventLoop eventLoop;
  private final TurnQueue turns;
  private final Admission admission;
  private final Demultiplexer demultiplexer;
  private final boolean segments;
  private final boolean findsPathLength;
  private final Keeper keeper;
  private final Metrics.Counter failedHandshakes;
  private final Metrics.Counter closesCutShort;
  private int connections;
  private volatile @Nullable Consumer<MuxedConnection> accepted;
  private volatile @Nullable Channel channel;
  private volatile Multiaddr address = Multiaddr.EMPTY;

  /** Says whether a socket without connections is still wanted. */
  @FunctionalInterface
  interface Keeper {
    /** Forgets the socket when true. */
    boolean mayClose(QuicSocket socket);
  }

  QuicSocket(
      TransportContext context,
      QuicConfig config,
      QuicTls tls,
      Loop loop,
      EventLoop eventLoop,
      Keeper keeper) {
    this.keeper = keeper;
    this.context = context;
    this.config = config;
    this.tls = tls;
    this.ids = new ConnectionIds(context.random());
    this.loop = loop;
    this.eventLoop = eventLoop;
    this.turns = new TurnQueue(loop);
    this.failedHandshakes = context.metrics().counter("peerflow.quic.handshake.failed");
    this.closesCutShort = context.metrics().counter("peerflow.quic.close.cutshort");
    this.admission = new Admission(context, this, config.validateAbove());
    this.demultiplexer =
        new Demultiplexer(
            turns, admission, context.metrics().counter("peerflow.quic.datagrams.dropped"));
    this.segments =
        config.sendSegments() > 1
            && UdpSockets.isEpoll(eventLoop)
            && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
    this.findsPathLength = UdpSockets.refusesToFragment(eventLoop);
  }

  /** Opens the socket; its result is this, when it is bound. */
  CompletableFuture<QuicSocket> bind(InetSocketAddress local) {
    var result = new CompletableFuture<QuicSocket>();
    Bootstrap bootstrap = UdpSockets.bootstrap(eventLoop, local, config);
    bootstrap.handler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel socket) {
            socket.pipeline().addLast(new Segments.Cutter());
            demultiplexer.install(socket.pipeline(), acceptor(), dialer());
            socket.pipeline().addLast(new LastResort());
          }
        });
    bootstrap
        .bind(local)
        .addListener(
            (ChannelFuture bound) -> {
              if (bound.isSuccess()) {
                address =
                    QuicAddresses.ofSocket((InetSocketAddress) bound.channel().localAddress());
                channel = bound.channel();
                result.complete(this);
              } else {
                Multiaddr wanted = QuicAddresses.ofSocket(local);
                result.completeExceptionally(UdpSockets.bindFailure(wanted, bound.cause()));
              }
            });
    return result;
  }

  private ChannelHandler acceptor() {
    return configure(new QuicServerCodecBuilder())
        .sslEngineProvider(this::acceptedEngine)
        .connectionIdAddressGenerator(ids)
        .tokenHandler(admission)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .handler(
            new ChannelInitializer<QuicChannel>() {
              @Override
              protected void initChannel(QuicChannel accepting) {
                accepting
                    .config()
                    .setOption(
                        QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, newSegments());
                accepting.pipeline().addLast(Handshake.require(accepting));
              }
            })
        .build();
  }

  private SegmentedDatagramPacketAllocator newSegments() {
    return segments ? new Segments(config.sendSegments()) : SegmentedDatagramPacketAllocator.NONE;
  }

  private ChannelHandler dialer() {
    return configure(new QuicClientCodecBuilder()).sslEngineProvider(tls::clientEngine).build();
  }

  private <B extends QuicCodecBuilder<B>> B configure(B codec) {
    return codec
        .localConnectionIdLength(PacketHeader.CONNECTION_ID_BYTES)
        .maxIdleTimeout(config.idleTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .initialMaxData(config.connectionWindowBytes())
        .initialMaxStreamDataBidirectionalLocal(config.streamWindowBytes())
        .initialMaxStreamDataBidirectionalRemote(config.streamWindowBytes())
        .initialMaxStreamsBidirectional(config.maxInboundStreams())
        // [spec quic/one-stream]
        .initialMaxStreamsUnidirectional(0)
        // [spec quic/path-mtu]
        .discoverPmtu(findsPathLength)
        .maxSendUdpPayloadSize(
            findsPathLength
                ? config.maxUdpPayloadBytes()
                : Math.min(config.maxUdpPayloadBytes(), FITTING_PAYLOAD_BYTES))
        .maxRecvUdpPayloadSize(65_527)
        .congestionControlAlgorithm(algorithm(config.congestionControl()))
        .activeMigration(true)
        .datagram(config.datagramQueue(), config.datagramQueue());
  }

  private static QuicCongestionControlAlgorithm algorithm(QuicCongestionControl control) {
    return switch (control) {
      case CUBIC -> QuicCongestionControlAlgorithm.CUBIC;
      case RENO -> QuicCongestionControlAlgorithm.RENO;
      case BBR -> QuicCongestionControlAlgorithm.BBR;
    };
  }

  private QuicSslEngine acceptedEngine(QuicChannel accepting) {
    Admission.Place place = admission.take();
    var handshake = new Handshake(this, Direction.INBOUND, null, place.remote(), place.scope());
    handshake.attach(accepting);
    handshake.expireAfter(config.handshakeTimeout());
    handshake
        .result()
        .whenComplete(
            (connection, failure) -> {
              admission.handshakeEnded();
              if (failure == null) {
                deliver(connection);
              } else {
                failedHandshakes.increment();
                LOG.debug(
                    "inbound handshake failed remote={} reason={}",
                    place.remote(),
                    failure.getMessage());
              }
            });
    return tls.serverEngine(accepting);
  }

  private void deliver(MuxedConnection connection) {
    Consumer<MuxedConnection> taker = accepted;
    if (taker == null) {
      connection.close(ConnectionErrorCode.GATED);
    } else {
      taker.accept(connection);
    }
  }

  /** Takes connections from now on. */
  void accept(Consumer<MuxedConnection> taker) {
    accepted = taker;
  }

  /**
   * Takes none from now on; those there are stay, and the socket is closed when the last one has
   * ended, unless it was told to accept again.
   */
  void retire() {
    accepted = null;
    loop.execute(this::closeWhenUnused);
  }

  /** On the loop. */
  void connectionBegins() {
    connections++;
  }

  /** On the loop. */
  void connectionEnds() {
    connections--;
    if (connections == 0) {
      loop.execute(this::closeWhenUnused);
    }
  }

  private void closeWhenUnused() {
    if (connections == 0 && keeper.mayClose(this)) {
      close();
    }
  }

  boolean isAccepting() {
    return accepted != null;
  }

  /**
   * Dials from this socket.
   *
   * @param scope closed with the connection, or when there comes to be none
   */
  CompletableFuture<MuxedConnection> dial(
      DialRequest request, InetSocketAddress remote, ConnectionScope scope) {
    var handshake =
        new Handshake(this, Direction.OUTBOUND, request.peer(), request.address(), scope);
    loop.runOnLoop(() -> startDial(handshake, request, remote));
    CompletableFuture<MuxedConnection> result = handshake.result();
    result.whenComplete(
        (connection, failure) -> {
          if (result.isCancelled()) {
            loop.execute(() -> handshake.abandon(new CancellationException()));
          }
        });
    return result;
  }

  private void startDial(Handshake handshake, DialRequest request, InetSocketAddress remote) {
    if (handshake.result().isDone()) {
      return;
    }
    InetSocketAddress local = localTowards(remote);
    if (local == null) {
      handshake.abandon(new P2pException("no way to " + request.address()));
      return;
    }
    handshake.localAddress(QuicAddresses.ofSocket(local));
    long id = ids.nextDialerId();
    demultiplexer.addDialer(id);
    handshake.onEnd(() -> demultiplexer.removeDialer(id));
    handshake.expireAfter(request.timeout());
    QuicChannelBootstrap bootstrap =
        QuicChannel.newBootstrap(channel())
            .handler(handshake)
            .localAddress(asDatagramsSay(local))
            .remoteAddress(remote)
            .localConnectionAddress(ConnectionIds.address(id))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, newSegments());
    bootstrap
        .connect()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                handshake.abandon(done.cause());
              }
            });
  }

  /** The recipient of the datagrams of a connection: QUIC takes another one for another path. */
  private SocketAddress asDatagramsSay(InetSocketAddress local) {
    var bound = (InetSocketAddress) channel().localAddress();
    return UdpSockets.tellsRecipients(eventLoop, bound) ? local : bound;
  }

  /** Where a connection to a remote is at our end, when the socket is bound to no one address. */
  @Nullable InetSocketAddress localTowards(InetSocketAddress remote) {
    var bound = (InetSocketAddress) channel().localAddress();
    if (!bound.getAddress().isAnyLocalAddress()) {
      return bound;
    }
    InetAddress own = UdpSockets.towards(remote);
    return own == null ? null : new InetSocketAddress(own, bound.getPort());
  }

  /** Closes the socket without a word to anyone, as when the process dies; for tests. */
  void die() {
    channel().pipeline().addFirst(new Mute());
    close();
  }

  private static final class Mute extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ReferenceCountUtil.release(message);
      promise.setSuccess();
    }
  }

  private Channel channel() {
    Channel bound = channel;
    if (bound == null) {
      throw new IllegalStateException("not bound");
    }
    return bound;
  }

  /** An id for a connection that is to be accepted. */
  byte[] newId() {
    return ids.newId(PacketHeader.CONNECTION_ID_BYTES).array();
  }

  /** The buffers of a dialed connection. */
  ByteBufAllocator allocator(QuicChannel dialed) {
    return new ClosingAllocator(dialed, closesCutShort);
  }

  TransportContext context() {
    return context;
  }

  QuicConfig config() {
    return config;
  }

  Loop loop() {
    return loop;
  }

  TurnQueue turns() {
    return turns;
  }

  /** The bound address, the port filled in; a wildcard stays one. */
  Multiaddr address() {
    return address;
  }

  /** Ends everything on it, at once. Completes when the socket is closed. */
  CompletableFuture<Void> close() {
    var closed = new CompletableFuture<Void>();
    Channel bound = channel;
    if (bound == null) {
      closed.complete(null);
    } else {
      loop.execute(
          () -> {
            admission.giveBackUnused();
            bound.close().addListener(done -> closed.complete(null));
          });
    }
    return closed;
  }

  /** What a datagram may make Netty throw ends here. */
  private static final class LastResort extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("udp socket {}: {}", ctx.channel().localAddress(), cause.toString());
    }
  }
}
