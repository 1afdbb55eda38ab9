package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.state.ReceiveState;
import io.ethpeerflow.core.state.SendState;
import io.ethpeerflow.core.state.StreamLifecycle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a QUIC connection: two halves that end apart from each other. Calls of its user
 * never call back: they put the stream into the socket's {@link TurnQueue}.
 */
@OwnedBy("connection loop")
final class QuicStream extends ChannelInboundHandlerAdapter implements RawStream {
  private static final Logger LOG = LoggerFactory.getLogger(QuicStream.class);

  private enum ReaderEnd {
    NONE,
    END,
    RESET,
    GIVEN_UP
  }

  private final QuicConnection connection;
  private final QuicStreamChannel channel;
  private final Direction direction;
  private final StreamScope scope;
  private final SendQueue queue;
  private final ReadHandle reads = new ReadHandle(this);
  private final CompletableFuture<StreamEnd> closed = new CompletableFuture<>();
  private SendState send = SendState.OPEN;
  private ReceiveState receive = ReceiveState.OPEN;
  private @Nullable StreamReader reader;
  private @Nullable Runnable resume;
  private ReaderEnd readerEnd = ReaderEnd.NONE;
  private boolean readerEndDelivered;
  private StreamErrorCode readerCode = StreamErrorCode.NO_ERROR;
  private boolean readerEndByRemote;
  private long demand;
  private int probes;
  private boolean paused;
  private boolean queuedForTurn;
  private @Nullable StreamEnd early;

  QuicStream(
      QuicConnection connection,
      QuicStreamChannel channel,
      Direction direction,
      StreamScope scope) {
    this.connection = connection;
    this.channel = channel;
    this.direction = direction;
    this.scope = scope;
    this.queue = new SendQueue(channel, scope, connection::written, this::onWritten);
    channel.config().setAutoRead(false);
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel.config().setAllowHalfClosure(true);
    channel.config().setRecvByteBufAllocator(reads);
    wantTurn();
  }

  private void wantTurn() {
    if (!queuedForTurn) {
      queuedForTurn = true;
      connection.turns().add(this);
    }
  }

  /** The end of a turn: everything that calls of the user left to be done. */
  void onTurn() {
    queuedForTurn = false;
    deliverEnd();
    if (receive == ReceiveState.OPEN && channel.isActive()) {
      probes = 0;
      channel.read();
    }
    if (!send.isTerminal()) {
      queue.write();
      finishWriting();
    }
    notifyUser();
  }

  // Netty calls.

  /** How much the user wants to be given, at least 0. */
  long readable() {
    return reader == null || receive != ReceiveState.OPEN ? 0 : demand;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (reads.isProbing()) {
      return;
    }
    var data = (ByteBuf) message;
    StreamReader to = reader;
    if (to == null || receive != ReceiveState.OPEN) {
      data.release();
      return;
    }
    resumed();
    if (demand != Long.MAX_VALUE) {
      demand -= data.readableBytes();
    }
    try {
      to.onData(data);
    } catch (RuntimeException failure) {
      onCallbackFailure(failure);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (receive != ReceiveState.OPEN) {
      return;
    }
    if (!reads.isProbing()) {
      channel.read();
    } else if (++probes == 1) {
      // data, an end or a reset that is there, or is next to come, shows in a second probe
      channel.read();
    } else {
      onPaused();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && receive == ReceiveState.OPEN) {
      receive = receive.to(ReceiveState.ENDING).to(ReceiveState.ENDED);
      readerEnd = ReaderEnd.END;
      readingEnded();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof QuicStreamResetException reset) {
      onRemoteReset(reset.applicationProtocolCode());
    } else {
      LOG.debug("stream={} {}", id(), cause.toString());
    }
  }

  private void onPaused() {
    if (!paused) {
      if (connection.reserveWindow()) {
        paused = true;
        connection.sweepSoon();
      } else {
        reset(StreamErrorCode.RESOURCE_LIMIT);
      }
    }
  }

  private void resumed() {
    if (paused) {
      paused = false;
      connection.releaseWindow();
    }
  }

  private void onRemoteReset(long code) {
    if (receive != ReceiveState.OPEN) {
      return;
    }
    var carried = new StreamErrorCode(Math.min(code & Long.MAX_VALUE, 0xffff_ffffL));
    receive = receive.to(ReceiveState.RESET);
    noteEarly(new StreamEnd.Reset(carried, true));
    readerEnd = ReaderEnd.RESET;
    readerCode = carried;
    readerEndByRemote = true;
    readingEnded();
  }

  /** The remote ended its half; it may have stopped reading ours with it. */
  private void readingEnded() {
    resumed();
    deliverEnd();
    checkStopped();
    settle();
  }

  /** Looks for what there is no event for. */
  void sweep() {
    if (paused && receive == ReceiveState.OPEN) {
      channel.read();
    }
    checkStopped();
  }

  /** Whether the remote reads no longer. */
  private void checkStopped() {
    if (!send.isTerminal() && QuicheStreams.isStopped(connection.channel(), channel.streamId())) {
      onStopped();
    }
  }

  /** The remote sent STOP_SENDING, to which the library below has answered with a reset. */
  private void onStopped() {
    StreamErrorCode code =
        readerEnd == ReaderEnd.RESET && readerEndByRemote ? readerCode : StreamErrorCode.NO_ERROR;
    endWriting(new StreamEnd.Reset(code, true));
    settle();
  }

  private void endWriting(StreamEnd why) {
    noteEarly(why);
    send = send.to(SendState.RESET);
    queue.fail(why);
    if (resume != null) {
      wantTurn();
    }
  }

  private void noteEarly(StreamEnd why) {
    if (early == null) {
      early = why;
    }
  }

  /** Bytes left the queue, or cannot. */
  private void onWritten(@Nullable Throwable failure) {
    if (failure instanceof ChannelOutputShutdownException) {
      if (!send.isTerminal()) {
        onStopped();
      }
      return;
    }
    if (failure != null) {
      LOG.debug("stream={} write failed: {}", id(), failure.toString());
      return;
    }
    finishWriting();
    if (resume != null || queue.hasWaiters()) {
      wantTurn();
    }
  }

  private void finishWriting() {
    if (send != SendState.CLOSING || !queue.isEmpty()) {
      return;
    }
    send = send.to(SendState.CLOSED);
    channel
        .shutdownOutput()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                LOG.debug("stream={} FIN was not sent: {}", id(), done.cause().toString());
              }
            });
    wantTurn();
    settle();
  }

  private void deliverEnd() {
    StreamReader to = reader;
    if (to == null || readerEndDelivered) {
      return;
    }
    switch (readerEnd) {
      case NONE, GIVEN_UP -> {
        return;
      }
      case END -> {
        readerEndDelivered = true;
        guard(to::onEnd);
      }
      case RESET -> {
        readerEndDelivered = true;
        guard(() -> to.onReset(readerCode, readerEndByRemote));
      }
    }
  }

  private void notifyUser() {
    Runnable task = resume;
    if (task != null && (send != SendState.OPEN || queue.hasRoom())) {
      resume = null;
      guard(task);
    }
    queue.completeWaiters(send, early);
  }

  private void guard(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException failure) {
      onCallbackFailure(failure);
    }
  }

  private void onCallbackFailure(RuntimeException failure) {
    LOG.warn("stream={} a callback of its user failed, stream reset", id(), failure);
    reset(StreamErrorCode.NO_ERROR);
  }

  /** Ends the stream when both halves have ended. */
  private void settle() {
    if (closed.isDone() || !StreamLifecycle.hasEnded(send, receive)) {
      return;
    }
    resumed();
    StreamEnd why = early;
    queue.completeWaiters(send, why);
    connection.ended(this);
    scope.close();
    if (!(why instanceof StreamEnd.ConnectionEnded)) {
      connection.dispose(channel);
    }
    closed.complete(why == null ? new StreamEnd.Finished() : why);
  }

  /** The connection has ended, and with it whatever had not. */
  void connectionEnded(CloseReason reason) {
    if (closed.isDone()) {
      return;
    }
    var why = new StreamEnd.ConnectionEnded(reason);
    noteEarly(why);
    if (!send.isTerminal()) {
      send = send.to(SendState.RESET);
      queue.fail(earlyEnd());
    }
    if (!receive.isTerminal()) {
      receive = receive.to(ReceiveState.RESET);
      if (readerEnd == ReaderEnd.NONE) {
        readerEnd = ReaderEnd.RESET;
      }
    }
    settle();
    wantTurn();
  }

  QuicStreamChannel channel() {
    return channel;
  }

  // The user calls.

  @Override
  public MuxedConnection connection() {
    return connection;
  }

  @Override
  public long id() {
    return channel.streamId();
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public StreamScope scope() {
    return scope;
  }

  @Override
  public void reader(StreamReader newReader) {
    assert connection.loop().inLoop();
    reader = newReader;
    readerEndDelivered = false;
    wantTurn();
  }

  @Override
  public void request(long bytes) {
    assert connection.loop().inLoop();
    if (bytes < 1) {
      throw new IllegalArgumentException("request: " + bytes + " < 1");
    }
    demand = demand + bytes < 0 ? Long.MAX_VALUE : demand + bytes;
    if (reader != null && receive == ReceiveState.OPEN) {
      wantTurn();
    }
  }

  @Override
  public long demand() {
    return demand;
  }

  @Override
  public boolean offer(ByteBuf data) {
    assert connection.loop().inLoop();
    if (send != SendState.OPEN) {
      return false;
    }
    SendQueue.Offer offer = queue.offer(data);
    switch (offer) {
      case TAKEN -> wantTurn();
      case FULL -> {}
      case REFUSED -> reset(StreamErrorCode.RESOURCE_LIMIT);
    }
    return offer == SendQueue.Offer.TAKEN;
  }

  @Override
  public long queuedBytes() {
    return queue.bytes();
  }

  @Override
  public void maxQueuedBytes(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxQueuedBytes: " + bytes + " < 1");
    }
    queue.maxBytes(bytes);
    if (resume != null) {
      wantTurn();
    }
  }

  @Override
  public void onWritable(Runnable task) {
    assert connection.loop().inLoop();
    resume = task;
    wantTurn();
  }

  @Override
  public CompletableFuture<Void> flush() {
    assert connection.loop().inLoop();
    if (send == SendState.RESET) {
      return CompletableFuture.failedFuture(earlyEnd().asException());
    }
    if (queue.isEmpty() && send != SendState.CLOSING) {
      return CompletableFuture.completedFuture(null);
    }
    wantTurn();
    return queue.await(send == SendState.CLOSING);
  }

  private StreamEnd earlyEnd() {
    StreamEnd known = early;
    if (known == null) {
      throw new IllegalStateException("the stream was not reset");
    }
    return known;
  }

  @Override
  public void closeWrite() {
    assert connection.loop().inLoop();
    if (send == SendState.OPEN) {
      // [spec connections/half-close] [spec quic/half-close]
      send = send.to(SendState.CLOSING);
      wantTurn();
    }
  }

  @Override
  public void stopReading(StreamErrorCode code) {
    assert connection.loop().inLoop();
    if (receive != ReceiveState.OPEN) {
      return;
    }
    readerEnd = ReaderEnd.GIVEN_UP;
    receive = receive.to(ReceiveState.STOPPED).to(ReceiveState.ENDED);
    resumed();
    channel.shutdownInput(QuicConnection.carried(code));
    settle();
  }

  @Override
  public void resetWrite(StreamErrorCode code) {
    assert connection.loop().inLoop();
    if (send.isTerminal()) {
      return;
    }
    endWriting(new StreamEnd.Reset(code, false));
    channel.shutdownOutput(QuicConnection.carried(code));
    settle();
  }

  @Override
  public void reset(StreamErrorCode code) {
    assert connection.loop().inLoop();
    if (closed.isDone()) {
      return;
    }
    // [spec quic/reset]
    var why = new StreamEnd.Reset(code, false);
    boolean writing = !send.isTerminal();
    boolean reading = !receive.isTerminal();
    if (writing) {
      endWriting(why);
      channel.shutdownOutput(QuicConnection.carried(code));
    }
    if (reading) {
      noteEarly(why);
      receive = receive.to(ReceiveState.RESET);
      if (readerEnd == ReaderEnd.NONE) {
        readerEnd = ReaderEnd.RESET;
        readerCode = code;
        readerEndByRemote = false;
      }
      channel.shutdownInput(QuicConnection.carried(code));
      wantTurn();
    }
    settle();
  }

  @Override
  public boolean writeOpen() {
    return send == SendState.OPEN;
  }

  /** A copy each time: completing or timing out what we hand out must not end the stream's. */
  @Override
  public CompletableFuture<StreamEnd> closed() {
    return closed.copy();
  }
}
