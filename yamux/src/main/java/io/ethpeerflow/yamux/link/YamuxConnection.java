package io.ethpeerflow.yamux.link;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.yamux.YamuxConfig;
import io.ethpeerflow.yamux.frame.FrameHeader;
import io.ethpeerflow.yamux.session.OpenRequest;
import io.ethpeerflow.yamux.session.Session;
import io.ethpeerflow.yamux.session.SessionOutput;
import io.ethpeerflow.yamux.session.SessionStream;
import io.ethpeerflow.yamux.session.StreamEvents;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a {@link Session} on a link and its loop: bytes and turns in, frames out, one deadline,
 * and the session as a {@link MuxedConnection}.
 *
 * <p>A turn runs once per turn of the loop: as one preallocated task, or at once when the link says
 * that the input at hand has been read, whichever comes first.
 */
@OwnedBy("connection loop")
public final class YamuxConnection extends DeadlineWheel.Entry
    implements MuxedConnection, ByteReceiver, SessionOutput {
  private static final Logger LOG = LoggerFactory.getLogger(YamuxConnection.class);

  private final SecureLink link;
  private final Loop loop;
  private final MuxerContext context;
  private final ProtocolId muxer;
  private final PublicKey remoteKey;
  private final YamuxMeters meters;
  private final Session session;
  private final Runnable turnTask = this::runTurnTask;
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private @Nullable Consumer<RawStream> acceptor;
  private boolean turnQueued;

  /** Takes over a link; call {@link #start} next. Must be called on the link's loop. */
  public YamuxConnection(
      SecureLink link,
      MuxerContext context,
      YamuxConfig config,
      ProtocolId muxer,
      YamuxMeters meters) {
    this.meters = meters;
    this.link = link;
    this.loop = link.loop();
    this.context = context;
    this.muxer = muxer;
    this.remoteKey = link.remoteKey();
    this.session =
        new Session(
            context.role() == Role.INITIATOR,
            config,
            context.scope(),
            link.allocator(),
            Math.max(1, link.maxRecordBytes() - FrameHeader.BYTES),
            this,
            loop.nanoTime());
  }

  /** Sends the first ping and starts to receive. */
  public YamuxConnection start() {
    link.onWritable(session::onLinkWritable);
    session.start();
    armTimer();
    link.receiver(this);
    return this;
  }

  /** Smoothed round trip of our pings in nanoseconds, 0 while unknown. */
  public long rttNanos() {
    return session.rttNanos();
  }

  boolean isUnflushed() {
    return session.isUnflushed();
  }

  // The link calls.

  @Override
  public void onData(ByteBuf data) {
    session.onInput(data, loop.nanoTime());
  }

  @Override
  public void onReadComplete() {
    turn();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    session.onLinkEnded(cause);
  }

  private void runTurnTask() {
    turnQueued = false;
    turn();
  }

  private void turn() {
    if (session.isTurnDue()) {
      session.onTurn(loop.nanoTime());
    }
  }

  private void armTimer() {
    loop.deadlines().arm(this, session.deadlineNanos());
  }

  @Override
  protected void onExpired() {
    session.onDeadline(loop.nanoTime());
    if (!session.hasEnded()) {
      armTimer();
    }
  }

  // The session calls.

  @Override
  public boolean isWritable() {
    return link.isWritable();
  }

  @Override
  public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
    link.writeFrame(head, body, bodyBytes);
  }

  @Override
  public void flush() {
    link.flush();
  }

  @Override
  public void wake() {
    if (!turnQueued) {
      turnQueued = true;
      loop.execute(turnTask);
    }
  }

  @Override
  public void created(SessionStream inbound) {
    meters.inboundStreams().increment();
    new YamuxStream(this, inbound);
  }

  @Override
  public void accepted(StreamEvents inbound) {
    Consumer<RawStream> taker = acceptor;
    var stream = (YamuxStream) inbound;
    if (taker == null) {
      throw new IllegalStateException("nobody accepts");
    }
    try {
      taker.accept(stream);
    } catch (RuntimeException failure) {
      LOG.warn("stream={} was not accepted, stream reset", stream.id(), failure);
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }

  @Override
  public void refused() {
    meters.refusedStreams().increment();
    LOG.debug("remote={} inbound stream refused", context.remoteAddress());
  }

  @Override
  public void pingDropped() {
    meters.droppedPings().increment();
  }

  @Override
  public void roundTrip(long nanos) {
    meters.roundTrips().recordNanos(nanos);
  }

  void counts(StreamEnd end) {
    if (end instanceof StreamEnd.Reset reset) {
      (reset.byRemote() ? meters.resetsByRemote() : meters.resetsByUs()).increment();
    }
  }

  @Override
  public void ended(CloseReason reason) {
    loop.deadlines().disarm(this);
    if (reason.cause() instanceof ProtocolViolation) {
      meters.violations().increment();
    }
    if (reason.by() == CloseReason.By.FAILURE) {
      LOG.debug("remote={} connection ended: {}", context.remoteAddress(), reason);
    }
    link.close();
    closed.complete(reason);
  }

  // The user calls.

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public PublicKey remoteKey() {
    return remoteKey;
  }

  @Override
  public Multiaddr localAddress() {
    return context.localAddress();
  }

  @Override
  public Multiaddr remoteAddress() {
    return context.remoteAddress();
  }

  @Override
  public Direction direction() {
    return context.direction();
  }

  @Override
  public String transport() {
    return context.transport();
  }

  @Override
  public String security() {
    return link.security().toString();
  }

  @Override
  public String muxer() {
    return muxer.toString();
  }

  @Override
  public ConnectionScope scope() {
    return context.scope();
  }

  @Override
  public CompletableFuture<RawStream> open() {
    assert loop.inLoop();
    var request = new Opening();
    session.open(request);
    if (!request.isDone()) {
      request.giveUpWhenCancelled();
    }
    return request;
  }

  @Override
  public void accept(Consumer<RawStream> opened) {
    assert loop.inLoop();
    if (acceptor != null) {
      throw new IllegalStateException("inbound streams are already accepted");
    }
    acceptor = opened;
    session.accept();
  }

  @Override
  public int openStreams() {
    return session.openStreams();
  }

  @Override
  public void close(ConnectionErrorCode code) {
    assert loop.inLoop();
    session.close(code);
  }

  @Override
  public CompletableFuture<CloseReason> closed() {
    return closed.copy();
  }

  private final class Opening extends CompletableFuture<RawStream> implements OpenRequest {
    @Override
    public void granted(SessionStream stream) {
      meters.outboundStreams().increment();
      var opened = new YamuxStream(YamuxConnection.this, stream);
      if (!complete(opened)) {
        opened.reset(StreamErrorCode.NO_ERROR);
      }
    }

    @Override
    public void failed(P2pException cause) {
      completeExceptionally(cause);
    }

    /** Cancellation may come from any thread. */
    void giveUpWhenCancelled() {
      whenComplete(
          (stream, failure) -> {
            if (isCancelled()) {
              loop.runOnLoop(() -> session.cancel(this));
            }
          });
    }
  }
}
