package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Datagrams;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicConnectionPathStats;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An established QUIC connection: its streams are QUIC's own, its security is QUIC's TLS. */
@OwnedBy("connection loop")
final class QuicConnection extends ChannelInboundHandlerAdapter implements MuxedConnection {
  private static final Logger LOG = LoggerFactory.getLogger(QuicConnection.class);
  private static final String SECURITY = "/tls/1.0.0";
  private static final String MUXER = "quic";
  private static final long SWEEP_NANOS = 10_000_000L;
  private static final long MAX_SWEEP_NANOS = 320_000_000L;
  private static final long MAX_CLOSING_NANOS = 2_000_000_000L;
  private static final long RECENT_NANOS = 500_000_000L;
  private static final long ACK_DELAY_NANOS = 30_000_000L;
  private static final int SMALL_BYTES = 6 << 10;
  private static final long MAX_CODE = Integer.MAX_VALUE;

  private final QuicSocket socket;
  private final QuicChannel channel;
  private final Direction direction;
  private final Multiaddr localAddress;
  private final Multiaddr remoteAddress;
  private final PublicKey remoteKey;
  private final ConnectionScope scope;
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private final LongObjectHashMap<QuicStream> streams = new LongObjectHashMap<>(4);
  private final ArrayDeque<Opening> openings = new ArrayDeque<>();
  private ArrayDeque<QuicStream> held = new ArrayDeque<>(0);
  private final InboundIds inboundIds;
  private final Sweep sweep = new Sweep();
  private final Closing closing = new Closing();
  private int pausedStreams;
  private @Nullable Consumer<RawStream> acceptor;
  private final @Nullable QuicDatagrams datagrams;
  private long recentSince;
  private long recentBytes;
  private List<QuicStreamChannel> abandoned = List.of();
  private @Nullable CloseReason reason;
  private @Nullable Throwable failure;

  QuicConnection(
      QuicSocket socket,
      QuicChannel channel,
      Direction direction,
      Multiaddr localAddress,
      Multiaddr remoteAddress,
      PublicKey remoteKey,
      ConnectionScope scope,
      int maxDatagramBytes) {
    this.socket = socket;
    this.channel = channel;
    this.direction = direction;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.remoteKey = remoteKey;
    this.scope = scope;
    this.datagrams =
        maxDatagramBytes > 1 ? new QuicDatagrams(socket, channel, scope, maxDatagramBytes) : null;
    this.inboundIds = new InboundIds(direction == Direction.OUTBOUND);
  }

  /** Closes a channel with a code, or with the one that stands for codes QUIC's library drops. */
  static void close(QuicChannel channel, ConnectionErrorCode code) {
    ConnectionErrorCode sent =
        code.value() <= MAX_CODE ? code : ConnectionErrorCode.CODE_OUT_OF_RANGE;
    // [spec quic/close]
    channel.close(true, (int) sent.value(), Unpooled.EMPTY_BUFFER);
  }

  /** A stream's code as Netty takes it. */
  static int carried(StreamErrorCode code) {
    return (int) (code.value() <= MAX_CODE ? code : StreamErrorCode.CODE_OUT_OF_RANGE).value();
  }

  // Netty calls.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof QuicStreamChannel stream) {
      onStream(stream);
    } else if (message instanceof ByteBuf datagram && datagrams != null) {
      datagrams.onDatagram(datagram);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void onStream(QuicStreamChannel inbound) {
    if (!inboundIds.isNew(inbound.streamId())) {
      drain(inbound);
      return;
    }
    StreamScope charged;
    try {
      charged = scope.openStream(Direction.INBOUND);
    } catch (P2pException full) {
      refuse(inbound);
      return;
    }
    var stream = new QuicStream(this, inbound, Direction.INBOUND, charged);
    track(stream);
    inbound.pipeline().addLast(stream);
    channel.eventLoop().register(inbound);
    Consumer<RawStream> taker = acceptor;
    if (taker != null) {
      hand(taker, stream);
    } else {
      held.add(stream);
    }
  }

  /**
   * A stream that has ended shows once more when its end was all that was left of it: Netty takes
   * it for a new one, and has to read that end to forget it.
   */
  private void drain(QuicStreamChannel ended) {
    ended.config().setAllowHalfClosure(true);
    channel.eventLoop().register(ended);
    ended.read();
    dispose(ended);
  }

  /** Closes a stream that is over, which Netty would otherwise keep as long as the connection. */
  void dispose(QuicStreamChannel stream) {
    if (stream.isOpen()) {
      stream.close();
    }
    QuicheStreams.forget(channel, stream.streamId());
  }

  /** A stream that there is no room for. */
  private void refuse(QuicStreamChannel inbound) {
    LOG.debug("remote={} inbound stream refused", remoteAddress);
    inbound.config().setAutoRead(false);
    channel.eventLoop().register(inbound);
    inbound.shutdown(carried(StreamErrorCode.RESOURCE_LIMIT));
    dispose(inbound);
  }

  private void hand(Consumer<RawStream> taker, QuicStream stream) {
    try {
      taker.accept(stream);
    } catch (RuntimeException failed) {
      LOG.warn("stream={} was not accepted, stream reset", stream.id(), failed);
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof QuicConnectionCloseEvent close) {
      end(RemoteClose.reason(close));
      // the codec would keep it for some round trips, in which nothing can happen any more
      channel.close();
    } else if (event instanceof QuicStreamLimitChangedEvent) {
      grantOpenings();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  /** The channel is closed; nothing can be sent or received any more. */
  void onChannelClosed() {
    end(howItEnded());
    closing.disarm();
  }

  /**
   * Ends what stands on the channel, which may live on until the remote can be told. Idempotent.
   */
  private void end(CloseReason why) {
    if (closed.isDone()) {
      return;
    }
    reason = why;
    loop().deadlines().disarm(sweep);
    QuicStream[] open = streams.values().toArray(new QuicStream[0]);
    abandoned = Arrays.stream(open).map(QuicStream::channel).toList();
    for (QuicStream stream : open) {
      stream.connectionEnded(why);
    }
    held.clear();
    Opening waiting;
    while ((waiting = openings.poll()) != null) {
      waiting.fail(closedException(why));
    }
    if (datagrams != null) {
      datagrams.end();
    }
    if (why.by() == CloseReason.By.FAILURE) {
      LOG.debug("remote={} connection ended: {}", remoteAddress, why);
    }
    closed.complete(why);
  }

  private CloseReason howItEnded() {
    CloseReason known = reason;
    if (known != null) {
      return known;
    }
    Throwable cause = failure;
    if (cause != null) {
      return CloseReason.failure(ConnectionErrorCode.PROTOCOL_VIOLATION, cause);
    }
    return CloseReason.failure(
        ConnectionErrorCode.NO_ERROR,
        new ConnectionClosedException(
            channel.isTimedOut()
                ? "nothing arrived within " + socket.config().idleTimeout()
                : "the connection was cut"));
  }

  private static ConnectionClosedException closedException(CloseReason why) {
    return new ConnectionClosedException("the connection has ended: " + why.by(), why.cause());
  }

  // Streams call.

  TurnQueue turns() {
    return socket.turns();
  }

  QuicChannel channel() {
    return channel;
  }

  /** A stream of this side or of the remote, whose handler is about to be there. */
  private void track(QuicStream stream) {
    streams.put(stream.id(), stream);
    sweepSoon();
  }

  /** Charges what a remote may have sent on a stream that is not read; false when refused. */
  boolean reserveWindow() {
    long more = windowCharge(pausedStreams + 1) - windowCharge(pausedStreams);
    if (!scope.tryReserveMemory(more)) {
      return false;
    }
    pausedStreams++;
    return true;
  }

  void releaseWindow() {
    pausedStreams--;
    scope.releaseMemory(windowCharge(pausedStreams + 1) - windowCharge(pausedStreams));
  }

  private long windowCharge(int paused) {
    return Math.min(
        paused * socket.config().streamWindowBytes(), socket.config().connectionWindowBytes());
  }

  void ended(QuicStream stream) {
    streams.remove(stream.id());
    if (streams.isEmpty()) {
      loop().deadlines().disarm(sweep);
    }
  }

  /** Looks at the streams after a moment, and then at longer and longer intervals. */
  void sweepSoon() {
    sweep.soon();
  }

  /** Finds what Netty has no event for: streams that were stopped, or reset while not read. */
  private final class Sweep extends DeadlineWheel.Entry {
    private long interval = SWEEP_NANOS;

    void soon() {
      interval = SWEEP_NANOS;
      arm();
    }

    private void arm() {
      loop().deadlines().arm(this, loop().nanoTime() + interval);
    }

    @Override
    protected void onExpired() {
      for (QuicStream stream : streams.values().toArray(new QuicStream[0])) {
        stream.sweep();
      }
      interval = Math.min(interval << 1, MAX_SWEEP_NANOS);
      if (!streams.isEmpty()) {
        arm();
      }
    }
  }

  // The user calls.

  @Override
  public Loop loop() {
    return socket.loop();
  }

  @Override
  public PublicKey remoteKey() {
    return remoteKey;
  }

  @Override
  public Multiaddr localAddress() {
    return localAddress;
  }

  @Override
  public Multiaddr remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public String transport() {
    return QuicTransport.NAME;
  }

  @Override
  public String security() {
    return SECURITY;
  }

  @Override
  public String muxer() {
    return MUXER;
  }

  @Override
  public ConnectionScope scope() {
    return scope;
  }

  @Override
  public CompletableFuture<RawStream> open() {
    assert loop().inLoop();
    if (reason != null || !channel.isActive()) {
      return CompletableFuture.failedFuture(
          new ConnectionClosedException("the connection has ended"));
    }
    StreamScope charged;
    try {
      charged = scope.openStream(Direction.OUTBOUND);
    } catch (P2pException full) {
      return CompletableFuture.failedFuture(full);
    }
    var opening = new Opening(charged);
    if (openings.isEmpty() && hasCredit()) {
      open(opening);
    } else if (openings.size() >= socket.config().maxWaitingOpens()) {
      int allowed = socket.config().maxWaitingOpens();
      opening.fail(
          new ResourceLimitException("connection", "waitingOpens", allowed, openings.size(), 1));
    } else {
      openings.add(opening);
      opening.giveUpWhenCancelled();
    }
    return opening;
  }

  private boolean hasCredit() {
    return channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0;
  }

  private void grantOpenings() {
    while (hasCredit()) {
      Opening next = openings.poll();
      if (next == null) {
        return;
      }
      open(next);
    }
  }

  private void open(Opening opening) {
    if (opening.isDone()) {
      return;
    }
    Future<QuicStreamChannel> created =
        channel.createStream(QuicStreamType.BIDIRECTIONAL, StreamConfigurer.INSTANCE);
    if (!created.isDone() || !created.isSuccess()) {
      Throwable cause = created.isDone() ? created.cause() : null;
      opening.fail(new P2pException("the stream could not be opened", cause));
      return;
    }
    QuicStreamChannel made = created.getNow();
    var stream = new QuicStream(this, made, Direction.OUTBOUND, opening.charged);
    track(stream);
    made.pipeline().addLast(stream);
    if (!opening.complete(stream)) {
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }

  @Override
  public void accept(Consumer<RawStream> opened) {
    assert loop().inLoop();
    if (acceptor != null) {
      throw new IllegalStateException("inbound streams are already accepted");
    }
    acceptor = opened;
    ArrayDeque<QuicStream> waiting = held;
    held = new ArrayDeque<>(0);
    waiting.forEach(stream -> hand(opened, stream));
  }

  @Override
  public int openStreams() {
    return streams.size();
  }

  @Override
  public @Nullable Datagrams datagrams() {
    return datagrams;
  }

  @Override
  public void close(ConnectionErrorCode code) {
    loop()
        .runOnLoop(
            () -> {
              if (reason == null) {
                end(CloseReason.local(code));
                closing.start(code);
              }
            });
  }

  /** Bytes of a stream went to the codec. */
  void written(int bytes) {
    long now = loop().nanoTime();
    if (now - recentSince > RECENT_NANOS) {
      recentSince = now;
      recentBytes = 0;
    }
    recentBytes += bytes;
  }

  /**
   * Tells the remote why. The codec sends what streams have given to it first, then its last word
   * if the congestion window still has room for that, and frees the connection in any case. So when
   * much was written of late it is told to close when a round trip went by without a packet of
   * ours, or, after a while, when it has been made to drop the rest.
   */
  private final class Closing extends DeadlineWheel.Entry {
    private ConnectionErrorCode code = ConnectionErrorCode.NO_ERROR;
    private long startNanos;
    private long sentBytes = -1;
    private boolean dropping;

    void start(ConnectionErrorCode why) {
      code = why;
      startNanos = loop().nanoTime();
      if (recentBytes < SMALL_BYTES || startNanos - recentSince > RECENT_NANOS) {
        close(channel, code);
      } else {
        onExpired();
      }
    }

    @Override
    protected void onExpired() {
      channel
          .collectPathStats(0)
          .addListener(
              (Future<QuicConnectionPathStats> stats) -> {
                if (!stats.isSuccess() || stats.getNow() == null) {
                  close(channel, code);
                } else {
                  look(stats.getNow());
                }
              });
    }

    private void look(QuicConnectionPathStats path) {
      long now = loop().nanoTime();
      if (path.sentBytes() == sentBytes || now - startNanos > MAX_CLOSING_NANOS) {
        close(channel, code);
        return;
      }
      sentBytes = path.sentBytes();
      if (!dropping && now - startNanos > MAX_CLOSING_NANOS / 2) {
        dropping = true;
        abandoned.forEach(stream -> stream.shutdown(carried(StreamErrorCode.SHUTDOWN)));
      }
      long roundTrip = Math.min(path.rtt() + ACK_DELAY_NANOS, MAX_CLOSING_NANOS / 4);
      loop().deadlines().arm(this, now + roundTrip);
    }

    void disarm() {
      loop().deadlines().disarm(this);
    }
  }

  /** A copy each time: completing or timing out what we hand out must not end the connection's. */
  @Override
  public CompletableFuture<CloseReason> closed() {
    return closed.copy();
  }

  private final class Opening extends CompletableFuture<RawStream> {
    private final StreamScope charged;

    Opening(StreamScope charged) {
      this.charged = charged;
    }

    void fail(P2pException cause) {
      charged.close();
      completeExceptionally(cause);
    }

    /** Cancellation may come from any thread. */
    void giveUpWhenCancelled() {
      whenComplete(
          (stream, failed) -> {
            if (isCancelled()) {
              loop()
                  .runOnLoop(
                      () -> {
                        if (openings.remove(this)) {
                          charged.close();
                        }
                      });
            }
          });
    }
  }
}
