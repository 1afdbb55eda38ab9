package io.ethpeerflow.yamux.session;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.core.state.ReceiveState;
import io.ethpeerflow.core.state.SendState;
import io.ethpeerflow.core.state.StreamLifecycle;
import io.ethpeerflow.yamux.frame.FrameHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a {@link Session}: two halves, their queues and their windows. Pure; everything
 * runs on the session's thread. Calls of the user never call {@link StreamEvents} back: they put
 * the stream into one of the session's rings, and the turn does the rest. Input does call back, so
 * that payload reaches a reader with open demand without being queued.
 */
@OwnedBy("connection loop")
public final class SessionStream {
  /** Bits of {@link #rings}: the rings of the session that hold this stream. */
  static final int DELIVER = 1;

  static final int CONTROL = 2;
  static final int DATA = 4;
  static final int NOTIFY = 8;
  static final int FLUSHED = 16;

  /** What the reader has to hear; nothing more once it has given up. */
  private enum ReaderEnd {
    NONE,
    END,
    RESET,
    GIVEN_UP
  }

  int rings;

  private final Session session;
  private final int id;
  private final Direction direction;
  private final StreamScope scope;
  private @Nullable StreamEvents events;

  private SendState send = SendState.OPEN;
  private final ByteQueue sendQueue;
  // [spec yamux/window-initial]
  private long sendCredit = FrameHeader.INITIAL_WINDOW_BYTES;
  private int maxQueuedBytes = Session.DEFAULT_MAX_QUEUED_BYTES;
  private long offeredBytes;
  private long writtenBytes;
  private boolean refusedByBudget;
  private boolean writableWatched;
  private boolean flushWatched;

  private ReceiveState receive = ReceiveState.OPEN;
  private final ByteQueue receiveQueue;
  private final ReceiveWindow window;
  private long demand;
  private long discardedBytes;
  private StreamErrorCode stopCode = StreamErrorCode.NO_ERROR;
  private boolean hasReader;
  private ReaderEnd readerEnd = ReaderEnd.NONE;
  private boolean readerEndDelivered;
  private StreamErrorCode readerCode = StreamErrorCode.NO_ERROR;
  private boolean readerEndByRemote;

  /** SYN or ACK that has not been written. */
  private int openFlag;

  private boolean acknowledged;
  private boolean finReceived;
  private boolean resetReceived;
  private @Nullable StreamEnd earlyEnd;
  private @Nullable StreamEnd end;
  private boolean endReported;

  SessionStream(Session session, int id, Direction direction, StreamScope scope) {
    this.session = session;
    this.id = id;
    this.direction = direction;
    this.scope = scope;
    this.sendQueue = session.newQueue();
    this.receiveQueue = session.newQueue();
    this.window = new ReceiveWindow(scope, session.config().maxWindowBytes(), session.nowNanos());
    if (direction == Direction.OUTBOUND) {
      openFlag = FrameHeader.SYN;
    }
  }

  // What its user calls.

  /** Who is told; once, right after creation. */
  public void events(StreamEvents listener) {
    this.events = listener;
  }

  /** The stream's number, unsigned. */
  public int id() {
    return id;
  }

  /** Who opened it. */
  public Direction direction() {
    return direction;
  }

  /** What it is charged to. */
  public StreamScope scope() {
    return scope;
  }

  /** The write half. */
  public SendState sendState() {
    return send;
  }

  /** The read half. */
  public ReceiveState receiveState() {
    return receive;
  }

  /** The receive window that the remote is told to assume, in bytes. */
  public int windowBytes() {
    return window.windowBytes();
  }

  /** A reader is there, or another one: an end or a reset is due to it once more. */
  public void readerInstalled() {
    hasReader = true;
    readerEndDelivered = false;
    if (readerEnd != ReaderEnd.NONE || demand > 0) {
      session.deliver(this);
    }
  }

  /** Adds to the demand, saturating. */
  public void request(long bytes) {
    demand = demand + bytes < 0 ? Long.MAX_VALUE : demand + bytes;
    if (hasReader && !receiveQueue.isEmpty()) {
      session.deliver(this);
    }
  }

  /** Demand that has not been used up; {@link Long#MAX_VALUE} is never used up. */
  public long demand() {
    return demand;
  }

  /**
   * Queues bytes. Consumes {@code data} when true. False when the write half is not open, when
   * enough is queued, or when the budget refuses the memory; with nothing queued to wait for, the
   * last case resets the stream.
   */
  public boolean offer(ByteBuf data) {
    if (send != SendState.OPEN || sendQueue.bytes() >= maxQueuedBytes) {
      return false;
    }
    int n = data.readableBytes();
    if (n == 0) {
      data.release();
      return true;
    }
    if (!scope.tryReserveMemory(n)) {
      if (sendQueue.isEmpty()) {
        reset(StreamErrorCode.RESOURCE_LIMIT);
      } else {
        refusedByBudget = true;
      }
      return false;
    }
    offeredBytes += n;
    sendQueue.addForSending(data);
    if (sendCredit > 0) {
      session.dataReady(this);
    }
    return true;
  }

  /** Bytes that wait for credit or for the link. */
  public long queuedBytes() {
    return sendQueue.bytes();
  }

  /** How many queued bytes make {@link #offer} refuse. */
  public void maxQueuedBytes(int bytes) {
    maxQueuedBytes = bytes;
    if (writableWatched && hasRoom()) {
      session.notifyUser(this);
    }
  }

  /** Asks for one {@link StreamEvents#onWritable}. */
  public void watchWritable() {
    writableWatched = true;
    if (hasRoom()) {
      session.notifyUser(this);
    }
  }

  /** Asks for {@link StreamEvents#onFlushed} after each flush that carried bytes of this stream. */
  public void watchFlush(boolean on) {
    flushWatched = on;
    if (on && (send.isTerminal() || sendQueue.isEmpty())) {
      session.flushed(this);
    }
  }

  /** Bytes taken by {@link #offer} so far. */
  public long offeredBytes() {
    return offeredBytes;
  }

  /** Bytes written to the link so far. */
  public long writtenBytes() {
    return writtenBytes;
  }

  /** Why the write half was reset. */
  public StreamEnd earlyEnd() {
    StreamEnd known = earlyEnd;
    if (known == null) {
      throw new IllegalStateException("the stream was not reset");
    }
    return known;
  }

  /** Ends the write half after what is queued. */
  public void closeWrite() {
    if (send == SendState.OPEN) {
      // [spec connections/half-close]
      send = send.to(SendState.CLOSING);
      if (sendQueue.isEmpty()) {
        session.dataReady(this);
      }
      noteSendChange();
    }
  }

  /**
   * Gives the read half up; the reader hears nothing more. The remote is not told: Yamux has no
   * frame for it. What arrives is discarded and credited up to the configured bound, then the
   * stream is reset with {@code code}.
   */
  public void stopReading(StreamErrorCode code) {
    if (receive != ReceiveState.OPEN && receive != ReceiveState.ENDING) {
      return;
    }
    readerEnd = ReaderEnd.GIVEN_UP;
    stopCode = code;
    long dropped = dropReceived();
    if (receive == ReceiveState.ENDING) {
      receive = receive.to(ReceiveState.ENDED);
      settle();
    } else {
      receive = receive.to(ReceiveState.STOPPED);
      discard(dropped);
    }
  }

  /** Ends both halves at once and tells the remote. */
  public void reset(StreamErrorCode code) {
    if (end != null) {
      return;
    }
    boolean remoteKnows = openFlag != FrameHeader.SYN && !resetReceived;
    if (remoteKnows && !finReceived) {
      session.bury(id, window.creditBytes());
    }
    // [spec yamux/reset]
    abandon(code, new StreamEnd.Reset(code, false));
    if (remoteKnows) {
      session.queueReset(id, code.value());
    }
  }

  // What the session calls.

  boolean hasEnded() {
    return end != null;
  }

  boolean isAcknowledged() {
    return acknowledged;
  }

  void acknowledge() {
    acknowledged = true;
  }

  /** The next frame must carry ACK. */
  void oweAck() {
    // [spec yamux/ack]
    openFlag = FrameHeader.ACK;
    session.control(this);
  }

  boolean finReceived() {
    return finReceived;
  }

  boolean resetReceived() {
    return resetReceived;
  }

  boolean onFrame(long payloadBytes) {
    return window.arrive(payloadBytes);
  }

  long creditBytes() {
    return window.creditBytes();
  }

  /** Consumes {@code piece}. */
  void onPayload(ByteBuf piece) {
    if (receive == ReceiveState.STOPPED) {
      int n = piece.readableBytes();
      piece.release();
      discard(n);
      return;
    }
    while (receive == ReceiveState.OPEN && hasReader && demand > 0 && receiveQueue.isEmpty()) {
      int n = piece.readableBytes();
      if (n <= demand) {
        hand(piece, n);
        return;
      }
      int part = (int) demand;
      hand(piece.readRetainedSlice(part), part);
    }
    if (receive == ReceiveState.OPEN) {
      keep(piece);
    } else {
      onPayloadAfterCallback(piece);
    }
  }

  private void onPayloadAfterCallback(ByteBuf piece) {
    int n = piece.readableBytes();
    piece.release();
    if (receive == ReceiveState.STOPPED) {
      discard(n);
    }
  }

  private void keep(ByteBuf piece) {
    int n = piece.readableBytes();
    if (!window.buffer(n)) {
      piece.release();
      reset(StreamErrorCode.RESOURCE_LIMIT);
      return;
    }
    receiveQueue.addForKeeping(piece);
    deliver();
  }

  private void hand(ByteBuf piece, int n) {
    if (demand != Long.MAX_VALUE) {
      demand -= n;
    }
    window.consume(n);
    if (window.isDue()) {
      session.control(this);
    }
    user().onData(piece);
  }

  /** Gives the reader what its demand allows, then the end. */
  void deliver() {
    while (hasReader
        && demand > 0
        && !receiveQueue.isEmpty()
        && (receive == ReceiveState.OPEN || receive == ReceiveState.ENDING)) {
      ByteBuf piece = receiveQueue.take(demand);
      int n = piece.readableBytes();
      window.unbuffer(n);
      hand(piece, n);
    }
    if (receive == ReceiveState.ENDING && receiveQueue.isEmpty()) {
      receive = receive.to(ReceiveState.ENDED);
      endReader(ReaderEnd.END, StreamErrorCode.NO_ERROR, true);
    }
    tellReader();
    settle();
  }

  private void tellReader() {
    if (hasReader && !readerEndDelivered) {
      readerEndDelivered = readerEnd != ReaderEnd.NONE;
      switch (readerEnd) {
        case END -> user().onEnd();
        case RESET -> user().onReset(readerCode, readerEndByRemote);
        case NONE, GIVEN_UP -> {}
      }
    }
  }

  void onFin() {
    if (finReceived || receive.isTerminal()) {
      return;
    }
    finReceived = true;
    window.close();
    if (receive == ReceiveState.STOPPED) {
      receive = receive.to(ReceiveState.ENDED);
      settle();
    } else {
      receive = receive.to(ReceiveState.ENDING);
      deliver();
    }
  }

  /**
   * A reset arrived. Bytes that are followed by a FIN are complete and stay for the reader; others
   * are dropped.
   */
  void onReset(StreamErrorCode code) {
    // [spec yamux/reset]
    resetReceived = true;
    if (earlyEnd == null) {
      earlyEnd = new StreamEnd.Reset(code, true);
    }
    if (!send.isTerminal()) {
      endSend();
    }
    if (receive == ReceiveState.OPEN || receive == ReceiveState.STOPPED) {
      endReader(ReaderEnd.RESET, code, true);
      dropReceived();
      receive = receive.to(ReceiveState.RESET);
    }
    settle();
  }

  void onConnectionEnded(CloseReason reason, StreamErrorCode code) {
    abandon(code, new StreamEnd.ConnectionEnded(reason));
  }

  void onCredit(long delta) {
    sendCredit = sendCredit + delta < 0 ? Long.MAX_VALUE : sendCredit + delta;
    if (!sendQueue.isEmpty() && sendCredit > 0) {
      session.dataReady(this);
    }
  }

  /** Whether a data frame or the FIN could be written now. */
  boolean canSend() {
    if (sendQueue.isEmpty()) {
      return send == SendState.CLOSING;
    }
    return sendCredit > 0;
  }

  boolean hasDataToSend() {
    return !sendQueue.isEmpty() && sendCredit > 0;
  }

  int openFlag() {
    return openFlag;
  }

  int takeOpenFlag() {
    int flag = openFlag;
    openFlag = 0;
    return flag;
  }

  /** A stream that nobody reads gets its credit back, but no larger window. */
  int takeGrant(long nowNanos, long rttNanos) {
    return switch (receive) {
      case OPEN -> window.grant(nowNanos, rttNanos);
      case STOPPED -> window.grant(nowNanos, 0);
      default -> 0;
    };
  }

  ByteBuf firstToSend() {
    return sendQueue.first();
  }

  int nextFrameBytes(int maxFrameBytes) {
    return (int) Math.min(Math.min(sendQueue.first().readableBytes(), maxFrameBytes), sendCredit);
  }

  void onWritten(int bytes) {
    sendQueue.advanced(bytes);
    sendCredit -= bytes;
    writtenBytes += bytes;
    scope.releaseMemory(bytes);
    refusedByBudget = false;
    if (flushWatched) {
      session.flushed(this);
    }
    if (writableWatched && hasRoom()) {
      session.notifyUser(this);
    }
  }

  void onFinWritten() {
    send = send.to(SendState.CLOSED);
    if (flushWatched) {
      session.flushed(this);
    }
    settle();
  }

  /** Delivers what waits for the user, in the order reader, writer, end. */
  void tellUser() {
    tellReader();
    if (writableWatched && hasRoom()) {
      writableWatched = false;
      user().onWritable();
    }
    if (flushWatched && send == SendState.RESET) {
      user().onFlushed();
    }
    if (end != null && !endReported) {
      endReported = true;
      user().onEnded(end);
    }
  }

  void tellFlushed() {
    if (flushWatched) {
      user().onFlushed();
    }
  }

  private boolean hasRoom() {
    return send != SendState.OPEN || (sendQueue.bytes() < maxQueuedBytes && !refusedByBudget);
  }

  private void noteSendChange() {
    if (writableWatched || flushWatched) {
      session.notifyUser(this);
    }
  }

  private void endReader(ReaderEnd how, StreamErrorCode code, boolean byRemote) {
    if (readerEnd == ReaderEnd.NONE) {
      readerEnd = how;
      readerCode = code;
      readerEndByRemote = byRemote;
      session.deliver(this);
    }
  }

  private void endSend() {
    scope.releaseMemory(sendQueue.bytes());
    sendQueue.clear();
    send = send.to(SendState.RESET);
    noteSendChange();
  }

  private void discard(long n) {
    window.consume(n);
    discardedBytes += n;
    if (discardedBytes > session.config().stopReadingBytes()) {
      reset(stopCode);
    } else if (window.isDue()) {
      session.control(this);
    }
  }

  private long dropReceived() {
    long dropped = receiveQueue.bytes();
    receiveQueue.clear();
    window.unbuffer(dropped);
    return dropped;
  }

  private void abandon(StreamErrorCode code, StreamEnd how) {
    if (earlyEnd == null || how instanceof StreamEnd.ConnectionEnded) {
      earlyEnd = how;
    }
    if (!send.isTerminal()) {
      endSend();
    }
    if (!receive.isTerminal()) {
      endReader(ReaderEnd.RESET, code, false);
      dropReceived();
      receive = receive.to(ReceiveState.RESET);
    }
    settle();
  }

  private void settle() {
    // [spec yamux/closed]
    if (end == null && StreamLifecycle.hasEnded(send, receive)) {
      end = earlyEnd == null ? new StreamEnd.Finished() : earlyEnd;
      scope.close();
      session.onStreamEnded(this);
      session.notifyUser(this);
    }
  }

  StreamEvents user() {
    StreamEvents listener = events;
    if (listener == null) {
      throw new IllegalStateException("stream " + Integer.toUnsignedString(id) + " has no user");
    }
    return listener;
  }
}
