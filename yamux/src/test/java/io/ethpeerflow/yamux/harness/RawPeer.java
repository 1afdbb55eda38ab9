package io.ethpeerflow.yamux.harness;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.suite.RecordingMetrics;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.yamux.Yamux;
import io.ethpeerflow.yamux.YamuxConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Our connection with a scripted remote: the test writes frames and reads frames. We are the
 * responder unless said otherwise, so the remote's ids are odd.
 */
public final class RawPeer implements AutoCloseable {
  public static final StreamErrorCode CODE = new StreamErrorCode(42);
  public static final Multiaddr ADDRESS = Multiaddr.of("/ip4/127.0.0.1/tcp/4001");

  public final SimLoop loop;
  public final TestLink link;
  public final CountingScope scope = new CountingScope();
  public final RecordingMetrics metrics = new RecordingMetrics();
  public final MuxedConnection connection;
  public final List<RawStream> accepted = new ArrayList<>();
  public final CompletableFuture<CloseReason> closed;

  public RawPeer() {
    this(YamuxConfig.DEFAULT, Role.RESPONDER);
  }

  public RawPeer(YamuxConfig config, Role role) {
    loop = new SimLoop(new VirtualClock(), "ours");
    link = new TestLink(loop, ByteBufAllocator.DEFAULT);
    var holder = new MuxedConnection[1];
    run(() -> holder[0] = new Yamux(config).attach(link, context(role, scope, metrics)));
    connection = holder[0];
    closed = connection.closed();
  }

  public static MuxerContext context(Role role, CountingScope scope) {
    return context(role, scope, Metrics.NONE);
  }

  private static MuxerContext context(Role role, CountingScope scope, Metrics metrics) {
    Direction direction = role == Role.INITIATOR ? Direction.OUTBOUND : Direction.INBOUND;
    return new MuxerContext(role, direction, "tcp", ADDRESS, ADDRESS, scope, metrics);
  }

  /** Accepts and keeps inbound streams, and answers the first ping. */
  public RawPeer accepting() {
    run(() -> connection.accept(accepted::add));
    answerPing();
    return this;
  }

  /** Reads the ping that is sent first and answers it; forgets other frames. */
  public void answerPing() {
    for (Frame frame : frames()) {
      if (frame.type() == 2 && frame.has(Frame.SYN)) {
        send(Frame.ping(Frame.ACK, frame.length()));
      }
    }
  }

  /** The remote writes frames, all in one read, with payload bytes that count from 0. */
  public void send(Frame... frames) {
    ByteBuf all = Unpooled.buffer();
    for (Frame frame : frames) {
      ByteBuf one = frame.bytes(0);
      all.writeBytes(one);
      one.release();
    }
    sendBytes(all);
  }

  /** Sends bytes that arrive in these pieces, in one turn. */
  public void sendBytes(ByteBuf... pieces) {
    run(() -> link.receive(pieces));
  }

  /** What we wrote since the last look. */
  public List<Frame> frames() {
    return Frame.parse(link.takeWritten());
  }

  /** What we wrote since the last look, in words. */
  public List<String> said() {
    return frames().stream().map(Frame::toString).toList();
  }

  /** Runs a step of the test as a turn of the loop, and what follows from it now. */
  public void run(Runnable step) {
    loop.run(step);
    loop.clock().runDue();
  }

  public void advance(Duration time) {
    loop.clock().advance(time);
  }

  /** Opens a stream that is granted at once. */
  public RawStream open() {
    var opened = new RawStream[1];
    run(() -> opened[0] = connection.open().join());
    return opened[0];
  }

  /** The stream that the remote opens with a plain window update. */
  public RawStream inbound(long id) {
    send(Frame.update(Frame.SYN, id, 0));
    return accepted.getLast();
  }

  /** Offers bytes that count from 0. */
  public boolean offer(RawStream stream, int bytes) {
    var taken = new boolean[1];
    run(
        () -> {
          ByteBuf data = counting(bytes);
          taken[0] = stream.offer(data);
          if (!taken[0]) {
            data.release();
          }
        });
    return taken[0];
  }

  public static ByteBuf counting(int bytes) {
    ByteBuf data = ByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes));
    for (int i = 0; i < bytes; i++) {
      data.writeByte(i);
    }
    return data;
  }

  /** A reader with demand. */
  public RecordingReader read(RawStream stream, long demand) {
    var reader = new RecordingReader();
    run(
        () -> {
          stream.reader(reader);
          if (demand > 0) {
            stream.request(demand);
          }
        });
    return reader;
  }

  /** Ends the connection and checks that nothing stays charged. */
  @Override
  public void close() {
    run(() -> connection.close(ConnectionErrorCode.NO_ERROR));
    if (scope.memoryBytes != 0 || scope.streams != 0) {
      throw new AssertionError(
          scope.memoryBytes + " bytes and " + scope.streams + " streams stay charged");
    }
  }
}
