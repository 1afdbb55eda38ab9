package io.ethpeerflow.yamux.session;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.yamux.YamuxConfig;
import io.ethpeerflow.yamux.frame.FrameHandler;
import io.ethpeerflow.yamux.frame.FrameHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What an inbound frame means: for a live stream, a new one, a dead one, one that never was, or the
 * session; and what a remote pays for frames that bring nothing. Any combination of flags may stand
 * on data and on window updates; they act in the order SYN, ACK, RST, then payload or credit, then
 * FIN.
 */
@OwnedBy("connection loop")
final class FrameDispatch implements FrameHandler {
  /** GoAway code of the protocol itself for a violation. */
  static final long GO_AWAY_PROTOCOL = 1;

  private static final long MIN_WASTE_BYTES = 64;
  private static final int KNOWN_FLAGS = 0xf;

  private final Session session;
  private final int localParity;
  private final Tombstones tombstones;
  private final TokenBucket waste;
  private final TokenBucket resets;
  private long lastRemoteId;
  private @Nullable SessionStream current;
  private boolean currentFin;

  FrameDispatch(Session session, YamuxConfig config, int localParity) {
    this.session = session;
    this.localParity = localParity;
    this.tombstones = new Tombstones(config.maxTombstones());
    YamuxConfig.Flood flood = config.flood();
    long now = session.nowNanos();
    this.waste = new TokenBucket(flood.wastedBytes(), flood.wastedBytesPerSecond(), now);
    this.resets = new TokenBucket(flood.resets(), flood.resetsPerSecond(), now);
  }

  /** This side ended a stream on which the remote may still send. */
  void bury(int id, long creditBytes) {
    tombstones.add(id, creditBytes);
  }

  /** The session is over: what is left of the present frame belongs to nobody. */
  void stop() {
    current = null;
  }

  @Override
  public boolean onHeader(long head, int length) throws ProtocolViolation {
    // [spec yamux/version]
    if (FrameHeader.version(head) != FrameHeader.VERSION) {
      throw violation(
          "frame of version " + FrameHeader.version(head) + ", allowed " + FrameHeader.VERSION);
    }
    switch (FrameHeader.type(head)) {
      case FrameHeader.DATA, FrameHeader.WINDOW_UPDATE -> {
        return onStreamFrame(head, length);
      }
      case FrameHeader.PING -> onPing(head, length);
      case FrameHeader.GO_AWAY -> {
        requireSession(head, length);
        // [spec yamux/go-away]
        session.onGoAway(FrameHeader.unsigned(length));
      }
      default ->
          // [spec yamux/type]
          throw violation("frame of type " + FrameHeader.type(head) + ", allowed are 0 to 3");
    }
    return false;
  }

  @Override
  public void onPayload(ByteBuf piece) {
    SessionStream stream = current;
    if (stream == null) {
      piece.release();
    } else {
      stream.onPayload(piece);
    }
  }

  @Override
  public void onFrameEnd() {
    SessionStream stream = current;
    current = null;
    if (stream != null && currentFin) {
      // [spec yamux/fin]
      stream.onFin();
    }
  }

  private void onPing(long head, int length) throws ProtocolViolation {
    requireSession(head, length);
    charge(MIN_WASTE_BYTES, "pings");
    if ((FrameHeader.flags(head) & FrameHeader.SYN) != 0) {
      // [spec yamux/ping]
      session.onPing(length);
    } else {
      session.onPong(length);
    }
  }

  private boolean onStreamFrame(long head, int length) throws ProtocolViolation {
    int id = FrameHeader.streamId(head);
    int flags = FrameHeader.flags(head);
    boolean data = FrameHeader.type(head) == FrameHeader.DATA;
    // [spec yamux/window-payload]
    long payload = data ? FrameHeader.unsigned(length) : 0;
    // [spec yamux/session-id]
    if (id == 0) {
      throw violation(FrameHeader.describe(head, length) + " on the session, allowed on streams");
    }
    // [spec yamux/flags] in the order SYN, ACK, RST, payload or credit, FIN
    SessionStream stream = session.stream(id);
    // [spec yamux/open]
    if ((flags & FrameHeader.SYN) != 0) {
      stream = onSyn(stream, head, length, payload);
    }
    if (stream == null) {
      if ((flags & FrameHeader.SYN) == 0) {
        onDeadFrame(head, length, payload);
      }
      return false;
    }
    if (stream.resetReceived()) {
      charge(payload, "frames after a reset");
      return false;
    }
    // [spec yamux/ack]
    session.acknowledge(stream);
    if (!stream.onFrame(payload)) {
      throw violation(
          FrameHeader.describe(head, length)
              + " exceeds the "
              + stream.creditBytes()
              + " bytes granted");
    }
    // [spec yamux/error-code] only a window update carries a code
    if ((flags & FrameHeader.RST) != 0) {
      takeReset();
      stream.onReset(data ? StreamErrorCode.NO_ERROR : code(length));
      return false;
    }
    if (data) {
      return onData(stream, flags, payload);
    }
    // [spec yamux/window-larger] credit counts beside SYN and ACK too
    onWindowUpdate(stream, flags, length);
    return false;
  }

  private boolean onData(SessionStream stream, int flags, long payload) throws ProtocolViolation {
    if (payload == 0 && (flags & KNOWN_FLAGS) == 0) {
      charge(MIN_WASTE_BYTES, "empty frames");
    }
    if (stream.finReceived() && payload > 0) {
      takeReset();
      stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
      return false;
    }
    current = stream;
    currentFin = (flags & FrameHeader.FIN) != 0;
    return true;
  }

  private void onWindowUpdate(SessionStream stream, int flags, int length)
      throws ProtocolViolation {
    if (length == 0 && (flags & KNOWN_FLAGS) == 0) {
      charge(MIN_WASTE_BYTES, "empty frames");
    }
    stream.onCredit(FrameHeader.unsigned(length));
    if ((flags & FrameHeader.FIN) != 0) {
      stream.onFin();
    }
  }

  private @Nullable SessionStream onSyn(
      @Nullable SessionStream known, long head, int length, long payload) throws ProtocolViolation {
    int id = FrameHeader.streamId(head);
    // [spec yamux/stream-ids]
    if (isLocal(id)) {
      throw violation(
          FrameHeader.describe(head, length) + ", allowed are " + parity(1 - localParity) + " ids");
    }
    if (known != null || tombstones.contains(id)) {
      throw violation(FrameHeader.describe(head, length) + ", but the id is in use");
    }
    // [spec yamux/syn-with-payload]
    if (payload > FrameHeader.INITIAL_WINDOW_BYTES) {
      throw violation(
          FrameHeader.describe(head, length)
              + " exceeds the "
              + FrameHeader.INITIAL_WINDOW_BYTES
              + " bytes granted");
    }
    lastRemoteId = Math.max(lastRemoteId, FrameHeader.unsigned(id));
    if ((FrameHeader.flags(head) & FrameHeader.RST) != 0) {
      takeReset();
      return null;
    }
    SessionStream admitted = session.admit(id);
    if (admitted == null) {
      takeReset();
      bury(id, FrameHeader.INITIAL_WINDOW_BYTES - payload);
      // [spec yamux/reject]
      session.queueReset(id, StreamErrorCode.RESOURCE_LIMIT.value());
    }
    return admitted;
  }

  private void onDeadFrame(long head, int length, long payload) throws ProtocolViolation {
    int id = FrameHeader.streamId(head);
    int flags = FrameHeader.flags(head);
    boolean used =
        isLocal(id) ? session.isUsedLocally(id) : FrameHeader.unsigned(id) <= lastRemoteId;
    if (!used && (flags & FrameHeader.RST) == 0) {
      throw violation(FrameHeader.describe(head, length) + ", but the stream was never opened");
    }
    if (payload == 0) {
      if ((flags & KNOWN_FLAGS) == 0 && FrameHeader.type(head) == FrameHeader.DATA || !used) {
        charge(MIN_WASTE_BYTES, "empty frames");
      }
      return;
    }
    // [spec yamux/reset-late-frames]
    long left = tombstones.charge(id, payload);
    if (left < 0) {
      throw violation(
          FrameHeader.describe(head, length)
              + " exceeds the "
              + (left + payload)
              + " bytes granted before the stream was reset");
    }
    if (left == Long.MAX_VALUE) {
      charge(payload, "payload of streams that ended long ago");
    }
  }

  private void requireSession(long head, int length) throws ProtocolViolation {
    // [spec yamux/session-id]
    if (FrameHeader.streamId(head) != 0) {
      throw violation(FrameHeader.describe(head, length) + ", allowed on stream 0");
    }
  }

  private void charge(long bytes, String what) throws ProtocolViolation {
    if (!waste.take(Math.max(bytes, MIN_WASTE_BYTES), session.nowNanos())) {
      throw ProtocolViolation.onConnection(
          ConnectionErrorCode.RATE_LIMITED.value(),
          what
              + " beyond "
              + waste.capacity()
              + " wasted bytes and "
              + waste.perSecond()
              + " per second");
    }
  }

  private void takeReset() throws ProtocolViolation {
    if (!resets.take(1, session.nowNanos())) {
      throw ProtocolViolation.onConnection(
          ConnectionErrorCode.RATE_LIMITED.value(),
          "streams reset or refused beyond "
              + resets.capacity()
              + " and "
              + resets.perSecond()
              + " per second");
    }
  }

  private boolean isLocal(int id) {
    return (id & 1) == localParity;
  }

  private static String parity(int bit) {
    return bit == 1 ? "odd" : "even";
  }

  private static StreamErrorCode code(int length) {
    return length == 0
        ? StreamErrorCode.NO_ERROR
        : new StreamErrorCode(FrameHeader.unsigned(length));
  }

  private static ProtocolViolation violation(String detail) {
    return ProtocolViolation.onConnection(GO_AWAY_PROTOCOL, detail);
  }
}
