package io.ethpeerflow.yamux.session;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.yamux.YamuxConfig;
import io.ethpeerflow.yamux.frame.FrameHeader;
import io.ethpeerflow.yamux.frame.FrameParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The Yamux session machine: streams, windows, limits, the end. No clock, no thread, no channel.
 *
 * <p><b>Verbs.</b> {@link #onInput} with bytes, {@link #onTurn} at the end of a loop's turn, {@link
 * #onDeadline} when {@link #deadlineNanos} has come, {@link #onLinkEnded}; and what the user does:
 * {@link #open}, {@link #accept}, {@link #close} and the methods of {@link SessionStream}. The
 * present is an argument wherever it matters. One thread at a time.
 *
 * <p><b>Why outputs are calls and not objects.</b> A frame would have to be an object to be an
 * element of a closed set of outputs, and a payload would have to be retained until somebody polled
 * it. Instead the machine calls {@link SessionOutput#writeFrame} with one reused header and the
 * head of a stream's queue, at the moment the link can take it: nothing is allocated, retained or
 * queued per frame, and the record layer seals straight from the user's buffer. The interface is as
 * narrow as a set of outputs would be, and a test records it as easily.
 *
 * <p><b>Two phases keep callbacks harmless.</b> A call of the user changes state and puts streams
 * into rings, nothing else; callbacks come only from {@code onInput} (data, end and inbound
 * streams) and from {@code onTurn} (everything else). So a reader may call request, offer,
 * closeWrite, reset, open or close from any callback: nothing is entered twice and no recursion is
 * as deep as the input is long. A turn goes round until nothing is left: deliver, accept, open,
 * write while the link takes it, tell writers and the ended; then one flush.
 *
 * <p><b>What a remote can make us keep.</b> Payload up to the credit that it was given, charged to
 * the stream's scope when it is buffered; a stream object per inbound stream up to the limit; a
 * word per reset, ping answer and tombstone up to theirs. Everything else is either answered at
 * once or charged to {@link YamuxConfig.Flood}. Nothing is allocated for a claimed length. While
 * the link is full nothing is written and all of this stays as it is; reading never stops, hence
 * two full sessions cannot wait for each other.
 *
 * <p><b>Tolerance.</b> Frames of ids that have been used are taken for late ones: dropped with
 * their payload, within the credit that the stream had left, or charged as wasted. Frames of ids
 * that were never opened end the session, a reset excepted. Inbound ids need not arrive in order,
 * because deployed remotes number streams before they queue the SYN; ours do.
 */
@OwnedBy("connection loop")
public final class Session {
  /** Queued bytes at which a stream's writer is refused, until set otherwise. */
  public static final int DEFAULT_MAX_QUEUED_BYTES = 256 << 10;

  private static final int MAX_ROUNDS = 16;
  private static final long MAX_STREAM_ID = 0xffff_ffffL;

  private final YamuxConfig config;
  private final ConnectionScope scope;
  private final ByteBufAllocator allocator;
  private final SessionOutput out;
  private final Heartbeat heartbeat;
  private final Outbox outbox;
  private final IntObjectHashMap<SessionStream> streams = new IntObjectHashMap<>(4);
  private final FrameDispatch dispatch;
  private final FrameParser parser;
  private final ArrayDeque<SessionStream> delivering = new ArrayDeque<>(4);
  private final ArrayDeque<SessionStream> notifying = new ArrayDeque<>(4);
  private final ArrayDeque<SessionStream> flushing = new ArrayDeque<>(4);
  private final ArrayDeque<SessionStream> unaccepted = new ArrayDeque<>(1);
  private final ArrayDeque<OpenRequest> waiting = new ArrayDeque<>(1);
  private final int localParity;

  private long nowNanos;
  private long nextLocalId;
  private int inboundStreams;
  private int unacknowledged;
  private boolean accepting;
  private boolean inTurn;
  private boolean again;
  private boolean woken;
  private @Nullable CloseReason ended;
  private boolean endReported;
  private boolean linkEnded;
  private @Nullable CloseReason deferredEnd;

  /**
   * A session at its start.
   *
   * @param client whether our ids are odd
   * @param scope charged for streams; not closed here
   * @param maxPayloadBytes payload that fits a record of the link beside a header, at least 1
   */
  public Session(
      boolean client,
      YamuxConfig config,
      ConnectionScope scope,
      ByteBufAllocator allocator,
      int maxPayloadBytes,
      SessionOutput out,
      long nowNanos) {
    this.config = config;
    this.scope = scope;
    this.allocator = allocator;
    this.out = out;
    this.nowNanos = nowNanos;
    this.localParity = client ? 1 : 0;
    // [spec yamux/stream-ids]
    this.nextLocalId = client ? 1 : 2;
    this.heartbeat =
        new Heartbeat(
            config.keepAlive().interval().toNanos(), config.keepAlive().timeout().toNanos());
    this.outbox =
        new Outbox(out, Math.min(maxPayloadBytes, config.maxFrameBytes()), config, heartbeat);
    this.dispatch = new FrameDispatch(this, config, localParity);
    this.parser = new FrameParser(dispatch);
  }

  /** Sends the first ping at the end of the turn. */
  public void start() {
    heartbeat.begin(nowNanos);
    wake();
  }

  // Input.

  /**
   * Takes bytes from the link.
   *
   * @param chunk consumes
   */
  public void onInput(ByteBuf chunk, long now) {
    nowNanos = now;
    heartbeat.onInput(now);
    try {
      parser.parse(chunk);
    } catch (ProtocolViolation violation) {
      fail(violation);
    }
  }

  /** The link has ended; null when the remote ended it in order. */
  public void onLinkEnded(@Nullable Throwable cause) {
    linkEnded = true;
    CloseReason reason =
        cause == null
            ? CloseReason.remote(ConnectionErrorCode.NO_ERROR)
            : CloseReason.failure(ConnectionErrorCode.NO_ERROR, cause);
    if (inTurn) {
      deferredEnd = reason;
      again = true;
    } else {
      deliverAll();
      end(reason, false, 0);
    }
  }

  /** When to call {@link #onDeadline}; may move later, never earlier, between calls. */
  public long deadlineNanos() {
    return heartbeat.deadlineNanos();
  }

  /** The deadline has come. */
  public void onDeadline(long now) {
    nowNanos = now;
    if (ended != null) {
      return;
    }
    if (heartbeat.isDead(now)) {
      var cause =
          new ConnectionClosedException(
              "no answer to a ping and no other input for "
                  + heartbeat.timeoutNanos() / 1_000_000
                  + " ms");
      end(CloseReason.failure(ConnectionErrorCode.NO_ERROR, cause), false, 0);
    } else if (heartbeat.shouldBegin(now)) {
      heartbeat.begin(now);
      wake();
    }
  }

  /**
   * Takes an inbound stream in.
   *
   * @return null when a limit refuses it
   */
  @Nullable SessionStream admit(int id) {
    boolean room =
        inboundStreams < config.maxInboundStreams()
            // [spec yamux/ack-backlog-inbound]
            && (accepting || unaccepted.size() < config.maxUnacceptedStreams());
    StreamScope reserved = room ? tryReserve() : null;
    if (reserved == null) {
      out.refused();
      return null;
    }
    var stream = new SessionStream(this, id, Direction.INBOUND, reserved);
    stream.acknowledge();
    streams.put(id, stream);
    inboundStreams++;
    out.created(stream);
    if (accepting && unaccepted.isEmpty()) {
      stream.oweAck();
      out.accepted(stream.user());
    } else {
      unaccepted.add(stream);
      wake();
    }
    return stream;
  }

  private @Nullable StreamScope tryReserve() {
    try {
      return scope.openStream(Direction.INBOUND);
    } catch (P2pException refused) {
      return null;
    }
  }

  @Nullable SessionStream stream(int id) {
    return streams.get(id);
  }

  /** Whether an id of ours has been given to a stream. */
  boolean isUsedLocally(int id) {
    return FrameHeader.unsigned(id) < nextLocalId;
  }

  void acknowledge(SessionStream stream) {
    if (!stream.isAcknowledged()) {
      stream.acknowledge();
      unacknowledged--;
      if (!waiting.isEmpty()) {
        wake();
      }
    }
  }

  void onPing(int value) {
    if (outbox.addPong(value)) {
      wake();
    } else {
      out.pingDropped();
    }
  }

  void onPong(int value) {
    long sample = heartbeat.onAnswer(value, nowNanos);
    if (sample > 0) {
      out.roundTrip(sample);
    }
  }

  void onGoAway(long code) {
    deliverAll();
    end(CloseReason.remote(new ConnectionErrorCode(code)), false, 0);
  }

  // What the user of the session calls.

  /** Asks for an outbound stream: granted at once, waiting for a place, or failed. */
  public void open(OpenRequest request) {
    if (ended != null) {
      request.failed(closedException(ended));
    } else if (waiting.isEmpty() && canOpen()) {
      grant(request);
    } else if (waiting.size() >= config.maxWaitingOpens()) {
      int limit = config.maxWaitingOpens();
      request.failed(
          new ResourceLimitException("connection", "maxWaitingOpens", limit, waiting.size(), 1));
    } else {
      waiting.add(request);
    }
  }

  /** Gives a waiting place up. */
  public void cancel(OpenRequest request) {
    waiting.remove(request);
  }

  /** From the end of this turn on inbound streams are handed out. */
  public void accept() {
    accepting = true;
    wake();
  }

  /** Streams that have not ended. */
  public int openStreams() {
    return streams.size();
  }

  /** Smoothed round trip of our pings, 0 while unknown. */
  public long rttNanos() {
    return heartbeat.rttNanos();
  }

  /** Whether the session is over. */
  public boolean hasEnded() {
    return ended != null;
  }

  /** Whether {@link #onTurn} has something to do. */
  public boolean isTurnDue() {
    return woken;
  }

  /** Whether frames were written that are not flushed. */
  public boolean isUnflushed() {
    return outbox.isDirty();
  }

  /**
   * Ends all streams and the session, with a GoAway that carries the code. A GoAway is no request
   * to finish: it ends the streams of the remote too, and tells them the code.
   */
  public void close(ConnectionErrorCode code) {
    end(CloseReason.local(code), true, code.value());
  }

  /** The link takes frames again. */
  public void onLinkWritable() {
    wake();
  }

  // The turn.

  /** Delivers, opens, writes, tells and flushes what is due. */
  public void onTurn(long now) {
    nowNanos = now;
    woken = false;
    inTurn = true;
    try {
      int rounds = MAX_ROUNDS;
      do {
        again = false;
        deliverAll();
        acceptAll();
        openAll();
        if (ended == null) {
          outbox.write(now);
        }
        tellAll();
        if (deferredEnd != null) {
          end(deferredEnd, false, 0);
          deferredEnd = null;
        }
      } while (again && --rounds > 0);
    } finally {
      inTurn = false;
    }
    if (outbox.isDirty()) {
      outbox.flush();
    }
    tellFlushed();
    if (again) {
      again = false;
      wake();
    } else if (ended != null && !endReported) {
      endReported = true;
      out.ended(ended);
    }
  }

  private void deliverAll() {
    SessionStream stream;
    while ((stream = delivering.poll()) != null) {
      stream.rings &= ~SessionStream.DELIVER;
      stream.deliver();
    }
  }

  private void acceptAll() {
    SessionStream stream;
    while (accepting && (stream = unaccepted.poll()) != null) {
      stream.oweAck();
      out.accepted(stream.user());
    }
  }

  private void openAll() {
    OpenRequest request;
    if (ended != null) {
      while ((request = waiting.poll()) != null) {
        request.failed(closedException(ended));
      }
    }
    while (canOpen() && (request = waiting.poll()) != null) {
      grant(request);
    }
  }

  private void tellAll() {
    SessionStream stream;
    while ((stream = notifying.poll()) != null) {
      stream.rings &= ~SessionStream.NOTIFY;
      stream.tellUser();
    }
  }

  private void tellFlushed() {
    for (int n = flushing.size(); n > 0; n--) {
      SessionStream stream = flushing.remove();
      stream.rings &= ~SessionStream.FLUSHED;
      stream.tellFlushed();
    }
  }

  private boolean canOpen() {
    return ended == null
        // [spec yamux/ack-backlog]
        && unacknowledged < config.maxUnacknowledgedStreams()
        && streams.size() < config.maxOpenStreams();
  }

  private void grant(OpenRequest request) {
    if (nextLocalId > MAX_STREAM_ID) {
      long ids = 1L << 31;
      request.failed(new ResourceLimitException("connection", "yamux stream ids", ids, ids, 1));
      return;
    }
    StreamScope reserved;
    try {
      reserved = scope.openStream(Direction.OUTBOUND);
    } catch (P2pException refused) {
      request.failed(refused);
      return;
    }
    int id = (int) nextLocalId;
    nextLocalId += 2;
    var stream = new SessionStream(this, id, Direction.OUTBOUND, reserved);
    streams.put(id, stream);
    unacknowledged++;
    control(stream);
    request.granted(stream);
  }

  // What its streams call.

  YamuxConfig config() {
    return config;
  }

  long nowNanos() {
    return nowNanos;
  }

  ByteQueue newQueue() {
    return new ByteQueue(allocator, config.copyBelowBytes());
  }

  void deliver(SessionStream stream) {
    if ((stream.rings & SessionStream.DELIVER) == 0) {
      stream.rings |= SessionStream.DELIVER;
      delivering.add(stream);
      wake();
    }
  }

  void control(SessionStream stream) {
    outbox.addControl(stream);
    wake();
  }

  void dataReady(SessionStream stream) {
    outbox.addData(stream);
    wake();
  }

  void notifyUser(SessionStream stream) {
    if ((stream.rings & SessionStream.NOTIFY) == 0) {
      stream.rings |= SessionStream.NOTIFY;
      notifying.add(stream);
      wake();
    }
  }

  void flushed(SessionStream stream) {
    if ((stream.rings & SessionStream.FLUSHED) == 0) {
      stream.rings |= SessionStream.FLUSHED;
      flushing.add(stream);
      wake();
    }
  }

  void queueReset(int id, long code) {
    if (ended != null) {
      return;
    }
    if (outbox.addReset(id, code)) {
      wake();
    } else {
      fail(
          ProtocolViolation.onConnection(
              ConnectionErrorCode.RATE_LIMITED.value(),
              "more than "
                  + config.maxPendingResets()
                  + " resets wait for a remote that does not read"));
    }
  }

  void bury(int id, long creditBytes) {
    dispatch.bury(id, creditBytes);
  }

  void onStreamEnded(SessionStream stream) {
    if (streams.remove(stream.id()) == null) {
      return;
    }
    if (stream.direction() == Direction.INBOUND) {
      inboundStreams--;
      unaccepted.remove(stream);
    } else if (!stream.isAcknowledged()) {
      unacknowledged--;
    }
    if (!waiting.isEmpty()) {
      wake();
    }
  }

  private void wake() {
    if (inTurn) {
      again = true;
    } else if (!woken) {
      woken = true;
      out.wake();
    }
  }

  // The end.

  private void fail(ProtocolViolation violation) {
    ConnectionErrorCode code =
        violation.code() == FrameDispatch.GO_AWAY_PROTOCOL
            ? ConnectionErrorCode.PROTOCOL_VIOLATION
            : new ConnectionErrorCode(violation.code());
    end(CloseReason.failure(code, violation), true, violation.code());
  }

  private void end(CloseReason reason, boolean goAway, long goAwayCode) {
    if (ended != null) {
      return;
    }
    ended = reason;
    parser.stop();
    dispatch.stop();
    if (goAway && !linkEnded) {
      outbox.writeGoAway(goAwayCode);
    }
    StreamErrorCode code = streamCode(reason.code());
    for (SessionStream stream : new ArrayList<>(streams.values())) {
      stream.onConnectionEnded(reason, code);
    }
    unaccepted.clear();
    wake();
  }

  /** The two code spaces list the same reasons, one apart. */
  private static StreamErrorCode streamCode(ConnectionErrorCode code) {
    long first = ConnectionErrorCode.NEGOTIATION_FAILED.value();
    long last = ConnectionErrorCode.CODE_OUT_OF_RANGE.value();
    return code.value() >= first && code.value() <= last
        ? new StreamErrorCode(code.value() + 1)
        : StreamErrorCode.NO_ERROR;
  }

  private static ConnectionClosedException closedException(CloseReason reason) {
    String by = reason.by().name().toLowerCase(Locale.ROOT);
    return new ConnectionClosedException(
        "connection ended: " + by + ", code " + reason.code(), reason.cause());
  }
}
