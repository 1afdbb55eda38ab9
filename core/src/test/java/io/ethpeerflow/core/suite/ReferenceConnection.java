package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection of the {@link ReferenceMuxer}. */
final class ReferenceConnection implements MuxedConnection, ByteReceiver {
  static final byte OPEN = 0;
  static final byte DATA = 1;
  static final byte FIN = 2;
  static final byte RESET = 3;
  static final byte STOP = 4;
  static final byte RESET_WRITE = 5;
  static final byte CREDIT = 6;
  static final byte GO_AWAY = 7;
  private static final int HEAD_BYTES = 9;
  static final int MAX_FRAME_BYTES = 16 << 10;
  private static final long TIMER_FLUSH_NANOS = 1_000_000;

  final MuxerDefect defect;
  private final SecureLink link;
  private final MuxerContext context;
  private final Map<Integer, ReferenceStream> streams = new HashMap<>();
  private final Deque<ReferenceStream> ready = new ArrayDeque<>();
  private final List<ReferenceStream> held = new ArrayList<>();
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private final ByteBuf head;
  private ByteBuf input;
  private @Nullable Consumer<RawStream> acceptor;
  private int nextId;
  private boolean flushQueued;
  private boolean ended;
  private @Nullable CloseReason reason;

  ReferenceConnection(SecureLink link, MuxerContext context, MuxerDefect defect) {
    this.link = link;
    this.context = context;
    this.defect = defect;
    this.nextId = context.role() == Role.INITIATOR ? 1 : 2;
    this.head = link.allocator().buffer(HEAD_BYTES);
    this.input = link.allocator().buffer();
    link.onWritable(this::writeReady);
    link.receiver(this);
  }

  @Override
  public CompletableFuture<RawStream> open() {
    if (ended) {
      return CompletableFuture.failedFuture(new ConnectionClosedException("connection has ended"));
    }
    try {
      StreamScope scope = context.scope().openStream(Direction.OUTBOUND);
      var stream = new ReferenceStream(this, nextId, Direction.OUTBOUND, scope);
      nextId += 2;
      streams.put((int) stream.id(), stream);
      send(OPEN, stream, 0);
      return CompletableFuture.completedFuture(stream);
    } catch (ResourceLimitException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  @Override
  public void accept(Consumer<RawStream> opened) {
    acceptor = opened;
    held.forEach(opened);
    held.clear();
  }

  @Override
  public void close(ConnectionErrorCode code) {
    if (ended) {
      return;
    }
    if (defect != MuxerDefect.CLOSE_IS_SILENT) {
      writeHead(GO_AWAY, 0, (int) code.value());
    }
    end(CloseReason.local(code));
  }

  @Override
  public void onData(ByteBuf data) {
    if (ended) {
      data.release();
      return;
    }
    input.writeBytes(data);
    data.release();
    try {
      while (!ended && readFrame()) {}
    } catch (ProtocolViolation violation) {
      end(CloseReason.failure(ConnectionErrorCode.PROTOCOL_VIOLATION, violation));
    }
    if (!ended) {
      input.discardSomeReadBytes();
    }
  }

  private boolean readFrame() throws ProtocolViolation {
    if (input.readableBytes() < HEAD_BYTES) {
      return false;
    }
    int at = input.readerIndex();
    byte type = input.getByte(at);
    int id = input.getInt(at + 1);
    int argument = input.getInt(at + 5);
    if (type != DATA) {
      input.skipBytes(HEAD_BYTES);
      handle(type, id, argument);
      return true;
    }
    if (argument < 0 || argument > MAX_FRAME_BYTES) {
      violated("DATA of " + argument + " bytes, at most " + MAX_FRAME_BYTES + " are allowed");
    }
    if (input.readableBytes() < HEAD_BYTES + argument) {
      return false;
    }
    input.skipBytes(HEAD_BYTES);
    ByteBuf payload = input.readBytes(argument);
    ReferenceStream stream = streams.get(id);
    if (stream == null) {
      payload.release();
    } else {
      stream.onFrameData(payload);
    }
    return true;
  }

  private void handle(byte type, int id, int argument) throws ProtocolViolation {
    ReferenceStream stream = streams.get(id);
    switch (type) {
      case OPEN -> opened(id);
      case FIN -> with(stream, ReferenceStream::onFrameFin);
      case RESET -> with(stream, s -> s.onFrameReset(code(argument)));
      case STOP -> with(stream, s -> s.onFrameStop(code(argument)));
      case RESET_WRITE -> with(stream, s -> s.onFrameResetWrite(code(argument)));
      case CREDIT -> with(stream, s -> s.onFrameCredit(argument));
      case GO_AWAY ->
          end(CloseReason.remote(new ConnectionErrorCode(Integer.toUnsignedLong(argument))));
      default -> violated("frame type " + type + ", at most " + GO_AWAY + " is known");
    }
  }

  private static void with(@Nullable ReferenceStream stream, Consumer<ReferenceStream> action) {
    if (stream != null) {
      action.accept(stream);
    }
  }

  private static StreamErrorCode code(int argument) {
    return new StreamErrorCode(Integer.toUnsignedLong(argument));
  }

  private void violated(String detail) throws ProtocolViolation {
    if (defect == MuxerDefect.TRUSTS_THE_REMOTE) {
      input.clear();
      return;
    }
    throw ProtocolViolation.onConnection(1, detail);
  }

  private void opened(int id) throws ProtocolViolation {
    boolean fromRemote = id % 2 == (context.role() == Role.INITIATOR ? 0 : 1);
    if (!fromRemote || streams.containsKey(id)) {
      violated("stream " + id + " was opened by the wrong side or twice");
      return;
    }
    boolean full =
        acceptor == null
            && held.size() >= ReferenceMuxer.MAX_HELD
            && defect != MuxerDefect.HOLDS_STREAMS_WITHOUT_BOUND;
    if (full || defect == MuxerDefect.LOSES_STREAMS_BEFORE_ACCEPT && acceptor == null) {
      refuse(id);
      return;
    }
    StreamScope scope;
    try {
      scope = context.scope().openStream(Direction.INBOUND);
    } catch (ResourceLimitException refused) {
      refuse(id);
      return;
    }
    var stream = new ReferenceStream(this, id, Direction.INBOUND, scope);
    streams.put(id, stream);
    if (acceptor == null) {
      held.add(stream);
    } else {
      acceptor.accept(stream);
    }
  }

  private void refuse(int id) {
    if (defect == MuxerDefect.REFUSED_STREAM_ENDS_CONNECTION) {
      close(ConnectionErrorCode.RESOURCE_LIMIT);
      return;
    }
    writeHead(RESET, id, (int) StreamErrorCode.RESOURCE_LIMIT.value());
    queueFlush();
  }

  @Override
  public void onReadComplete() {
    if (!ended) {
      link.flush();
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    if (cause == null) {
      end(CloseReason.remote(ConnectionErrorCode.NO_ERROR));
    } else {
      end(CloseReason.failure(ConnectionErrorCode.NO_ERROR, cause));
    }
  }

  private void end(CloseReason why) {
    if (ended) {
      return;
    }
    ended = true;
    reason = why;
    if (defect != MuxerDefect.CLOSE_LEAVES_STREAMS_OPEN) {
      new ArrayList<>(streams.values()).forEach(stream -> stream.onConnectionEnd(why));
    }
    ready.clear();
    link.flush();
    link.close();
    head.release();
    input.release();
    loop().execute(() -> closed.complete(why));
  }

  void send(byte type, ReferenceStream stream, int argument) {
    if (!ended) {
      writeHead(type, (int) stream.id(), argument);
      queueFlush();
    }
  }

  private void writeHead(byte type, int id, int argument) {
    head.clear().writeByte(type).writeInt(id).writeInt(argument);
    link.writeFrame(head, head.slice(0, 0), 0);
  }

  /** Puts a stream with something to send into the round. */
  void markReady(ReferenceStream stream) {
    if (!ready.contains(stream)) {
      ready.add(stream);
    }
    queueFlush();
  }

  private void queueFlush() {
    if (flushQueued) {
      return;
    }
    flushQueued = true;
    Runnable task =
        () -> {
          flushQueued = false;
          writeReady();
        };
    if (defect == MuxerDefect.FLUSHES_BY_TIMER) {
      loop().schedule(TIMER_FLUSH_NANOS, task);
    } else {
      loop().execute(task);
    }
  }

  private ReferenceStream nextReady() {
    if (defect != MuxerDefect.PREFERS_THE_FIRST_STREAM) {
      return ready.remove();
    }
    ReferenceStream first = Collections.min(ready, Comparator.comparingLong(ReferenceStream::id));
    ready.remove(first);
    return first;
  }

  private void writeReady() {
    if (ended) {
      return;
    }
    while (!ready.isEmpty()
        && (link.isWritable() || defect == MuxerDefect.IGNORES_LINK_WRITABILITY)) {
      ReferenceStream stream = nextReady();
      boolean more = stream.writeSome();
      if (more && defect == MuxerDefect.SENDS_ONE_STREAM_AT_A_TIME) {
        ready.addFirst(stream);
      } else if (more) {
        ready.add(stream);
      }
    }
    link.flush();
  }

  /** Writes one frame from a buffer; returns how many bytes went. */
  int writeData(ReferenceStream stream, ByteBuf body, int bytes) {
    int part = Math.min(bytes, MAX_FRAME_BYTES);
    head.clear().writeByte(DATA).writeInt((int) stream.id()).writeInt(part);
    link.writeFrame(head, body, part);
    return part;
  }

  void forget(ReferenceStream stream) {
    streams.remove((int) stream.id());
    ready.remove(stream);
  }

  boolean hasEnded() {
    return ended;
  }

  @Nullable CloseReason reason() {
    return reason;
  }

  @Override
  public Loop loop() {
    return link.loop();
  }

  @Override
  public PublicKey remoteKey() {
    return link.remoteKey();
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
    return ReferenceMuxer.ID.toString();
  }

  @Override
  public ConnectionScope scope() {
    return context.scope();
  }

  @Override
  public int openStreams() {
    return streams.size();
  }

  @Override
  public CompletableFuture<CloseReason> closed() {
    return closed;
  }
}
