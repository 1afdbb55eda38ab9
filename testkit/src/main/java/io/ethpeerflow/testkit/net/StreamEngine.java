package io.ethpeerflow.testkit.net;

import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.time.Cancellable;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel does for one stream socket: handshake, both halves, closing.
 *
 * <pre>
 * SYN_SENT ----SYN+ACK----> OPEN ----both FINs acknowledged----> TIME_WAIT or GONE
 * SYN_RECEIVED ---ACK-----> OPEN ----RST, failure, crash-------> GONE
 * </pre>
 *
 * <p>The application's view is separate: {@code detached} once it has closed, while the engine
 * still sends what was queued.
 */
final class StreamEngine {
  private static final int MAX_QUEUED_BYTES = 64 << 20;
  private static final long LINGER_NANOS = Duration.ofSeconds(60).toNanos();

  private enum State {
    SYN_SENT,
    SYN_RECEIVED,
    OPEN,
    TIME_WAIT,
    GONE
  }

  private final SimNode node;
  private final VirtualLoop loop;
  private final StreamOptions options;
  private final SimNode.Flow flow;
  private final @Nullable SimStreamListener listener;
  private final SimStreamSocket socket;
  private final SendSide out;
  private final ReceiveSide in;
  private @Nullable SimStreamHandler handler;
  private State state;
  private boolean reading = true;
  private boolean pumping;
  private boolean flushQueued;
  private boolean unwritableSeen;
  private boolean endReported;
  private boolean detached;
  private boolean sentFinFirst;
  private @Nullable Cancellable lifeTimer;

  private StreamEngine(
      SimNode node,
      VirtualLoop loop,
      SimNode.Flow flow,
      StreamOptions options,
      State state,
      @Nullable SimStreamListener listener,
      @Nullable SimStreamHandler handler) {
    this.node = node;
    this.loop = loop;
    this.flow = flow;
    this.options = options;
    this.state = state;
    this.listener = listener;
    this.handler = handler;
    this.out = new SendSide(this, options, node.network().nextInitialSequence());
    this.in = new ReceiveSide(options);
    this.socket = new SimStreamSocket(this);
  }

  static SimStreamSocket connect(
      SimNode node,
      VirtualLoop loop,
      @Nullable InetSocketAddress local,
      InetSocketAddress remote,
      StreamOptions options,
      SimStreamHandler handler) {
    if (remote.isUnresolved()) {
      throw new IllegalArgumentException("unresolved: " + remote);
    }
    IOException refusal = null;
    InetSocketAddress source = local == null ? new InetSocketAddress(0) : local;
    try {
      if (source.getAddress().isAnyLocalAddress()) {
        source = new InetSocketAddress(node.sourceFor(remote), source.getPort());
      } else {
        node.checkRoute(source.getAddress(), remote);
      }
      if (source.getPort() == 0) {
        source = node.chooseStreamPort(source.getAddress(), remote);
      }
    } catch (NoRouteToHostException noAddressOfThatFamily) {
      refusal = noAddressOfThatFamily;
    }
    var flow = new SimNode.Flow(source, remote);
    var engine = new StreamEngine(node, loop, flow, options, State.SYN_SENT, null, handler);
    if (refusal == null && !node.add(engine, flow)) {
      refusal = new BindException("address already in use: " + Packet.text(source));
    }
    if (refusal != null) {
      IOException cause = refusal;
      loop.execute(() -> engine.fail(cause));
      return engine.socket;
    }
    node.network().record("connect", engine.text());
    engine.out.sendSyn();
    engine.failUnlessOpenIn(options.connectTimeout());
    return engine.socket;
  }

  static void answer(SimNode node, SimStreamListener listener, SimNode.Flow flow, Segment syn) {
    VirtualLoop loop = listener.nextLoop();
    if (loop.isShutDown()) {
      return;
    }
    var engine =
        new StreamEngine(node, loop, flow, listener.options(), State.SYN_RECEIVED, listener, null);
    node.add(engine, flow);
    engine.in.start(syn.seq());
    engine.out.sendSyn();
    engine.failUnlessOpenIn(listener.options().connectTimeout());
  }

  SimNode.Flow flow() {
    return flow;
  }

  VirtualLoop loop() {
    return loop;
  }

  String remoteText() {
    return Packet.text(flow.remote());
  }

  boolean isOpen() {
    return state == State.OPEN && !detached;
  }

  int queuedBytes() {
    return out.queuedBytes();
  }

  // ------------------------------------------------------------------ what the application does

  boolean isWritable() {
    boolean roomy = out.queuedBytes() <= options.sendBufferBytes();
    boolean writable = isOpen() && !out.isFinQueued() && roomy;
    unwritableSeen |= !writable;
    return writable;
  }

  boolean write(ByteBuf data) {
    try {
      if (out.isFinQueued() && !detached) {
        throw new IllegalStateException("write after shutdownOutput on " + text());
      }
      if (detached || state == State.GONE || state == State.TIME_WAIT) {
        return false;
      }
      if (out.queuedBytes() + data.readableBytes() > MAX_QUEUED_BYTES) {
        throw new IllegalStateException(
            "writer ignores isWritable(): more than "
                + MAX_QUEUED_BYTES
                + " bytes queued on "
                + text());
      }
      out.queue(data);
    } finally {
      data.release();
    }
    flushAtEndOfTurn();
    return isWritable();
  }

  void reading(boolean value) {
    reading = value;
    if (value && !pumping && !loop.isShutDown()) {
      loop.execute(this::pump);
    }
  }

  void shutdownOutput() {
    if (!out.isFinQueued() && !detached && state != State.GONE) {
      out.queueFin();
      flushAtEndOfTurn();
    }
  }

  void close() {
    if (detached || state == State.GONE) {
      return;
    }
    if (state != State.OPEN) {
      reset();
      return;
    }
    if (in.hasUnread()) {
      reset();
      return;
    }
    detached = true;
    record("close", "local");
    out.queueFin();
    flushAtEndOfTurn();
    reportClosedNextTurn();
    finishIfDone();
    if (state == State.OPEN && out.finAcked()) {
      forgetIn(LINGER_NANOS);
    }
  }

  void reset() {
    if (detached || state == State.GONE) {
      return;
    }
    if (state == State.OPEN || state == State.SYN_RECEIVED) {
      emit(Segment.Kind.RST, out.sentEnd(), Segment.NOTHING);
    }
    record("close", "local reset");
    detached = true;
    leave();
    reportClosedNextTurn();
  }

  void cut() {
    if (detached || state == State.GONE) {
      return;
    }
    record("close", "cut");
    detached = true;
    leave();
    node.bury(this, flow);
    reportClosedNextTurn();
  }

  /** The machine has lost its power: nobody hears of it. */
  void vanish() {
    detached = true;
    leave();
  }

  // ------------------------------------------------------------------------ what arrives

  /** Whether a new connection may take over the addresses of this one. */
  boolean yieldsTo(Segment segment) {
    return state == State.TIME_WAIT
        && segment.kind() == Segment.Kind.SYN
        && !segment.hasAck()
        && segment.seq() > in.nextSeq();
  }

  boolean isDead() {
    return loop.isShutDown();
  }

  void deliver(Segment segment) {
    loop.run(() -> onSegment(segment));
  }

  private void onSegment(Segment segment) {
    switch (state) {
      case SYN_SENT -> inSynSent(segment);
      case SYN_RECEIVED -> inSynReceived(segment);
      case OPEN -> inOpen(segment);
      case TIME_WAIT -> {
        if (segment.kind() != Segment.Kind.RST && segment.hasContent()) {
          acknowledge();
        }
      }
      case GONE -> {}
    }
  }

  private void inSynSent(Segment segment) {
    boolean answersUs = segment.hasAck() && out.acceptsSyn(segment.ack());
    if (segment.kind() == Segment.Kind.RST) {
      if (answersUs) {
        fail(new ConnectException("connection refused by " + remoteText()));
      }
    } else if (segment.hasAck() && !answersUs) {
      node.transmit(Segment.refusalOf(segment));
    } else if (segment.kind() == Segment.Kind.SYN) {
      in.start(segment.seq());
      if (answersUs) {
        open(segment);
        acknowledge();
      } else {
        state = State.SYN_RECEIVED;
        out.sendSyn();
      }
    }
  }

  private void inSynReceived(Segment segment) {
    if (segment.kind() == Segment.Kind.RST) {
      if (in.isInWindow(segment.seq())) {
        fail(new ConnectException("connection reset by " + remoteText() + " while it was opened"));
      }
    } else if (segment.hasAck() && out.acceptsSyn(segment.ack())) {
      open(segment);
      if (state == State.OPEN) {
        inOpen(segment);
      }
    } else if (segment.kind() == Segment.Kind.SYN) {
      out.sendSyn();
    }
  }

  private void open(Segment segment) {
    if (listener != null && listener.isClosed()) {
      reset();
      return;
    }
    state = State.OPEN;
    cancelLifeTimer();
    out.onAck(segment.ack(), segment.windowBytes(), false);
    if (listener != null) {
      record("accept", "");
      handler = listener.accept(socket);
    } else {
      record("connected", "");
    }
    if (handler != null && !detached) {
      handler.onConnected(socket);
      tellWhenWritable();
    }
  }

  private void inOpen(Segment segment) {
    switch (segment.kind()) {
      case RST -> {
        if (in.isInWindow(segment.seq())) {
          fail(new SocketException("connection reset by " + remoteText()));
        }
      }
      case SYN -> acknowledge();
      case DATA, FIN -> {
        int length = segment.payload().length;
        boolean content = segment.hasContent();
        boolean progress = out.onAck(segment.ack(), segment.windowBytes(), !content);
        if (progress) {
          afterProgress();
        }
        if (content && state == State.OPEN) {
          take(segment, length);
        }
      }
    }
  }

  private void take(Segment segment, int length) {
    if (detached && length > 0 && segment.seq() + length > in.nextSeq()) {
      emit(Segment.Kind.RST, out.sentEnd(), Segment.NOTHING);
      record("close", "data after close");
      leave();
      return;
    }
    boolean finBefore = in.finTaken();
    in.accept(segment);
    if (in.finTaken() && !finBefore) {
      sentFinFirst = out.finSent();
    }
    pump();
    if (state == State.OPEN || state == State.TIME_WAIT) {
      acknowledge();
    }
  }

  private void afterProgress() {
    tellWhenWritable();
    finishIfDone();
    if (detached && state == State.OPEN && out.finAcked() && lifeTimer == null) {
      forgetIn(LINGER_NANOS);
    }
  }

  private void tellWhenWritable() {
    boolean roomy = out.queuedBytes() <= options.sendBufferBytes() / 2;
    if (unwritableSeen && roomy && isOpen() && !out.isFinQueued() && handler != null) {
      unwritableSeen = false;
      handler.onWritable(socket);
    }
  }

  private void pump() {
    if (pumping || handler == null || state != State.OPEN) {
      return;
    }
    pumping = true;
    try {
      while (reading && !detached && state == State.OPEN) {
        byte[] piece = in.poll(options.fragmentReads() ? pieceBytes() : Integer.MAX_VALUE);
        if (piece == null) {
          break;
        }
        handler.onData(socket, ByteBufAllocator.DEFAULT.buffer(piece.length).writeBytes(piece));
      }
      if (reading && in.finTaken() && !in.hasUnread() && !endReported && !detached) {
        endReported = true;
        handler.onEnd(socket);
      }
    } finally {
      pumping = false;
    }
    if (state == State.OPEN && !in.finTaken() && in.shouldAnnounce()) {
      acknowledge();
    }
    finishIfDone();
  }

  private int pieceBytes() {
    SeededRandom random = node.network().random();
    return random.edgyInt(1, options.segmentBytes());
  }

  private void finishIfDone() {
    if (state != State.OPEN || !out.finAcked() || !in.finTaken()) {
      return;
    }
    if (!detached && !endReported) {
      return;
    }
    boolean tell = !detached;
    detached = true;
    if (sentFinFirst) {
      state = State.TIME_WAIT;
      out.stop();
      forgetIn(LINGER_NANOS);
    } else {
      leave();
    }
    if (tell) {
      record("close", "both ended");
      reportClosedNextTurn();
    }
  }

  // ------------------------------------------------------------------------ towards the network

  void emit(Segment.Kind kind, long seq, byte[] payload) {
    boolean hasAck = state != State.SYN_SENT;
    node.transmit(
        new Segment(
            flow.local(),
            flow.remote(),
            kind,
            hasAck,
            seq,
            hasAck ? in.nextSeq() : 0,
            hasAck ? in.announceWindow() : 0,
            payload));
  }

  void fail(IOException cause) {
    if (state == State.GONE) {
      return;
    }
    boolean tell = !detached && handler != null;
    record("close", cause.getClass().getSimpleName());
    detached = true;
    leave();
    if (tell && handler != null) {
      handler.onClosed(socket, cause);
    }
  }

  private void acknowledge() {
    emit(Segment.Kind.DATA, out.sentEnd(), Segment.NOTHING);
  }

  private void flushAtEndOfTurn() {
    if (!flushQueued && !loop.isShutDown()) {
      flushQueued = true;
      loop.execute(
          () -> {
            flushQueued = false;
            out.output();
          });
    }
  }

  private void reportClosedNextTurn() {
    SimStreamHandler listening = handler;
    if (listening != null && !loop.isShutDown()) {
      loop.execute(() -> listening.onClosed(socket, null));
    }
  }

  private void failUnlessOpenIn(Duration limit) {
    lifeTimer =
        loop.schedule(
            limit.toNanos(),
            () ->
                fail(
                    new SocketTimeoutException(
                        "no connection to " + remoteText() + " within " + limit)));
  }

  private void forgetIn(long delayNanos) {
    cancelLifeTimer();
    if (!loop.isShutDown()) {
      lifeTimer = loop.schedule(delayNanos, this::leave);
    }
  }

  private void cancelLifeTimer() {
    if (lifeTimer != null) {
      lifeTimer.cancel();
      lifeTimer = null;
    }
  }

  private void leave() {
    state = State.GONE;
    cancelLifeTimer();
    out.stop();
    in.discard();
    node.remove(this, flow);
  }

  private void record(String event, String details) {
    node.network().record(event, details.isEmpty() ? text() : text() + " " + details);
  }

  private String text() {
    return "tcp " + Packet.text(flow.local()) + ">" + remoteText();
  }
}
