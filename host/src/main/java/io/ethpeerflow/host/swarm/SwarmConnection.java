package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Datagrams;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.DrainResult;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamOptions;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.DatagramsUnsupportedException;
import io.ethpeerflow.core.error.NegotiationException;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.multistream.MultistreamDialer;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A muxed connection as the host and its users see it: streams have protocols, and it can drain.
 */
public final class SwarmConnection implements Connection {
  private enum State {
    OPEN,
    DRAINING,
    CLOSED
  }

  private final MuxedConnection muxed;
  private final PeerId peer;
  private final StreamContext context;
  private final long openedNanos;
  private final Set<SwarmStream> streams = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<DrainResult> drained = new CompletableFuture<>();
  private final CompletableFuture<CloseReason> ended = new CompletableFuture<>();
  private volatile State state = State.OPEN;

  /** Whether we were told to close it: it is not given to anybody any more. */
  private volatile boolean closing;

  /** Of streams that have ended, those whose last bytes nobody has asked for yet. */
  @OwnedBy("connection loop")
  private final Set<StreamIntake> undelivered = Collections.newSetFromMap(new IdentityHashMap<>(0));

  @OwnedBy("connection loop")
  private boolean drainStarted;

  @OwnedBy("connection loop")
  private int finishedWhileDraining;

  SwarmConnection(MuxedConnection muxed, StreamContext context) {
    this.muxed = muxed;
    this.peer = PeerId.of(muxed.remoteKey());
    this.context = context;
    this.openedNanos = muxed.loop().nanoTime();
  }

  /**
   * Takes note of the end of the muxer's connection. Who waits for {@link #closed} is told last, so
   * that a new dial does not find this connection any more.
   *
   * @param forget takes the connection out of the swarm's table
   */
  void onEnd(Consumer<CloseReason> forget) {
    muxed
        .closed()
        .thenAccept(
            reason -> {
              state = State.CLOSED;
              List.copyOf(undelivered).forEach(StreamIntake::abandon);
              drained.complete(new DrainResult(finishedWhileDraining, 0));
              forget.accept(reason);
              ended.complete(reason);
            });
  }

  /** Begins to take inbound streams. On the connection's loop. */
  void start() {
    muxed.accept(this::onInbound);
  }

  /** The muxer's connection. */
  public MuxedConnection muxed() {
    return muxed;
  }

  /** The loop that owns it. */
  public Loop loop() {
    return muxed.loop();
  }

  /** When it was opened, on the clock of its loop. */
  public long openedNanos() {
    return openedNanos;
  }

  /** Whether it was opened less than {@code age} ago. Any thread. */
  public boolean isYoungerThan(Duration age) {
    return muxed.loop().nanoTime() - openedNanos < age.toNanos();
  }

  /** Whether new streams may be opened on it. */
  public boolean isOpen() {
    return state == State.OPEN && !closing;
  }

  @Override
  public PeerId remotePeer() {
    return peer;
  }

  @Override
  public Multiaddr localAddress() {
    return muxed.localAddress();
  }

  @Override
  public Multiaddr remoteAddress() {
    return muxed.remoteAddress();
  }

  @Override
  public Direction direction() {
    return muxed.direction();
  }

  @Override
  public String transport() {
    return muxed.transport();
  }

  @Override
  public String security() {
    return muxed.security();
  }

  @Override
  public String muxer() {
    return muxed.muxer();
  }

  @Override
  public boolean isLimited() {
    return false;
  }

  @Override
  public Collection<Stream> streams() {
    return List.copyOf(streams);
  }

  /** How many streams are open, those of the host's own protocols included. */
  public int streamCount() {
    return streams.size();
  }

  @Override
  public CompletableFuture<Stream> openStream(ProtocolId... preferred) {
    return openStream(StreamOptions.DEFAULT, preferred);
  }

  @Override
  public CompletableFuture<Stream> openStream(StreamOptions options, ProtocolId... preferred) {
    var dialer = new MultistreamDialer(List.of(preferred), context.multistream());
    var result = new CompletableFuture<Stream>();
    loop().runOnLoop(() -> new Opening(dialer, options, result).start());
    return result;
  }

  @Override
  public Datagrams datagrams() {
    Datagrams datagrams = muxed.datagrams();
    if (datagrams == null) {
      throw new DatagramsUnsupportedException(transport(), muxer());
    }
    return datagrams;
  }

  private void onInbound(RawStream raw) {
    if (state != State.OPEN) {
      raw.reset(StreamErrorCode.GATED);
      return;
    }
    var stream = adopt(raw, StreamOptions.DEFAULT.maxQueuedBytes());
    new StreamNegotiations.Inbound(
            stream,
            context.registry(),
            context.multistream(),
            loop().nanoTime() + context.inboundNegotiationTimeout().toNanos())
        .start();
  }

  private SwarmStream adopt(RawStream raw, int maxQueuedBytes) {
    var stream = new SwarmStream(this, raw, maxQueuedBytes);
    streams.add(stream);
    raw.closed().thenAccept(end -> onStreamEnded(stream));
    return stream;
  }

  /**
   * Takes note of bytes that are left of a stream that has ended: they go when the connection goes.
   */
  void keepUndelivered(StreamIntake intake) {
    if (state == State.CLOSED) {
      intake.abandon();
    } else if (intake.hasSurplus(() -> undelivered.remove(intake))) {
      undelivered.add(intake);
    }
  }

  private void onStreamEnded(SwarmStream stream) {
    streams.remove(stream);
    if (drainStarted) {
      finishedWhileDraining++;
      finishDrainWhenIdle();
    }
  }

  @Override
  public CompletableFuture<DrainResult> drain(Duration grace) {
    loop().runOnLoop(() -> startDrain(grace));
    return drained.copy();
  }

  private void startDrain(Duration grace) {
    if (drainStarted || state == State.CLOSED) {
      return;
    }
    drainStarted = true;
    state = State.DRAINING;
    finishDrainWhenIdle();
    if (!drained.isDone()) {
      Cancellable timer = loop().schedule(grace.toNanos(), this::endGrace);
      drained.whenComplete((result, failure) -> timer.cancel());
    }
  }

  private void finishDrainWhenIdle() {
    if (streams.isEmpty() && drained.complete(new DrainResult(finishedWhileDraining, 0))) {
      muxed.close(ConnectionErrorCode.NO_ERROR);
    }
  }

  private void endGrace() {
    if (drained.complete(new DrainResult(finishedWhileDraining, streams.size()))) {
      muxed.close(ConnectionErrorCode.SHUTDOWN);
    }
  }

  @Override
  public void close(ConnectionErrorCode code) {
    closing = true;
    loop().runOnLoop(() -> muxed.close(code));
  }

  @Override
  public CompletableFuture<CloseReason> closed() {
    return ended.copy();
  }

  @Override
  public String toString() {
    return "connection " + direction() + " " + peer + " " + remoteAddress();
  }

  /** One call of {@link #openStream}: muxer's credit, then negotiation, under one deadline. */
  private final class Opening extends DeadlineWheel.Entry {
    private final MultistreamDialer dialer;
    private final StreamOptions options;
    private final CompletableFuture<Stream> result;
    private @Nullable CompletableFuture<RawStream> waiting;
    private @Nullable SwarmStream stream;

    Opening(MultistreamDialer dialer, StreamOptions options, CompletableFuture<Stream> result) {
      this.dialer = dialer;
      this.options = options;
      this.result = result;
    }

    void start() {
      if (result.isDone()) {
        return;
      }
      if (state != State.OPEN) {
        result.completeExceptionally(
            new ConnectionClosedException("connection to " + peer + " is " + state));
        return;
      }
      result.whenComplete(
          (opened, failure) -> {
            if (result.isCancelled()) {
              loop().runOnLoop(this::giveUp);
            }
          });
      waiting = muxed.open();
      if (!waiting.isDone() || !isLazy()) {
        loop().deadlines().arm(this, loop().nanoTime() + options.negotiationTimeout().toNanos());
      }
      waiting.whenComplete(
          (raw, failure) -> {
            if (failure != null) {
              loop().deadlines().disarm(this);
              result.completeExceptionally(failure);
            } else if (result.isDone()) {
              raw.reset(StreamErrorCode.NO_ERROR);
            } else {
              negotiate(raw);
            }
          });
    }

    private boolean isLazy() {
      return options.lazyNegotiation() && dialer.isLazy();
    }

    private void negotiate(RawStream raw) {
      SwarmStream adopted = adopt(raw, options.maxQueuedBytes());
      stream = adopted;
      var opened = new CompletableFuture<SwarmStream>();
      opened.whenComplete(
          (ready, failure) -> {
            loop().deadlines().disarm(this);
            if (failure != null) {
              result.completeExceptionally(failure);
            } else if (!result.complete(ready)) {
              raw.reset(StreamErrorCode.NO_ERROR);
            }
          });
      new StreamNegotiations.Outbound(adopted, dialer, isLazy(), opened).start();
    }

    @Override
    protected void onExpired() {
      if (result.completeExceptionally(
          new NegotiationException(
              "stream to "
                  + peer
                  + " was not negotiated within "
                  + options.negotiationTimeout()))) {
        giveUp();
      }
    }

    private void giveUp() {
      loop().deadlines().disarm(this);
      if (stream != null) {
        stream.raw().reset(StreamErrorCode.NO_ERROR);
      } else if (waiting != null) {
        waiting.cancel(false);
      }
    }
  }
}
