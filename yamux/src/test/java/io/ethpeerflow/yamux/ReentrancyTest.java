package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.RecordingReader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method may be called from every callback. */
class ReentrancyTest {
  @RegisterExtension final Peers peers = new Peers();

  record Act(RawPeer peer, RawStream stream) {}

  static Stream<Named<Consumer<Act>>> acts() {
    return Stream.of(
        Named.of("request", act -> act.stream.request(10)),
        Named.of("reader", act -> act.stream.reader(new RecordingReader())),
        Named.of(
            "offer",
            act -> {
              ByteBuf data = RawPeer.counting(100);
              if (!act.stream.offer(data)) {
                data.release();
              }
            }),
        Named.of("closeWrite", act -> act.stream.closeWrite()),
        Named.of("stopReading", act -> act.stream.stopReading(RawPeer.CODE)),
        Named.of("reset", act -> act.stream.reset(RawPeer.CODE)),
        Named.of("onWritable", act -> act.stream.onWritable(() -> {})),
        Named.of("flush", act -> act.stream.flush()),
        Named.of("open", act -> act.peer.connection.open()),
        Named.of("close", act -> act.peer.connection.close(ConnectionErrorCode.SHUTDOWN)));
  }

  /** Acts at each event, once. */
  private static final class Acting extends RecordingReader {
    private final Runnable act;
    private int left = 3;

    Acting(Runnable act) {
      this.act = act;
    }

    private void act() {
      if (left-- > 0) {
        act.run();
      }
    }

    @Override
    public void onData(ByteBuf data) {
      super.onData(data);
      act();
    }

    @Override
    public void onEnd() {
      super.onEnd();
      act();
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      super.onReset(code, byRemote);
      act();
    }
  }

  private void run(Consumer<Act> what, Consumer<RawPeer> remote) {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    var act = new Act(peer, stream);
    var reader = new Acting(() -> what.accept(act));
    peer.run(
        () -> {
          stream.reader(reader);
          stream.request(5);
          stream.onWritable(() -> what.accept(act));
          stream.closed().thenRun(() -> what.accept(act));
        });
    remote.accept(peer);
    peer.run(() -> stream.reset(StreamErrorCode.NO_ERROR));
    peer.run(() -> peer.connection.close(ConnectionErrorCode.NO_ERROR));
    assertThat(stream.closed()).isDone();
    assertThat(peer.closed).isDone();
    assertThat(reader.events.size()).as(reader.events::toString).isLessThanOrEqualTo(1);
    assertThat(peer.connection.openStreams()).isZero();
    assertThat(peer.scope.streams).isZero();
    assertThat(peer.scope.memoryBytes).isZero();
  }

  @ParameterizedTest
  @MethodSource("acts")
  void onDataAndEnd(Consumer<Act> what) {
    run(
        what,
        peer -> peer.send(Frame.data(0, 1, 3), Frame.data(0, 1, 20), Frame.data(Frame.FIN, 1, 4)));
  }

  @ParameterizedTest
  @MethodSource("acts")
  void onResetOfTheRemote(Consumer<Act> what) {
    run(what, peer -> peer.send(Frame.data(0, 1, 30), Frame.update(Frame.RST, 1, 6)));
  }

  @ParameterizedTest
  @MethodSource("acts")
  void onEndOfTheConnection(Consumer<Act> what) {
    run(what, peer -> peer.send(Frame.data(0, 1, 30), Frame.goAway(6)));
  }

  @ParameterizedTest
  @MethodSource("acts")
  void inTheMiddleOfAPayloadThatArrivesInPieces(Consumer<Act> what) {
    run(
        what,
        peer -> {
          ByteBuf frame = Frame.data(Frame.FIN, 1, 40).bytes(0);
          while (frame.isReadable()) {
            peer.sendBytes(frame.readRetainedSlice(1));
          }
          frame.release();
        });
  }

  @ParameterizedTest
  @MethodSource("acts")
  void onAccept(Consumer<Act> what) {
    RawPeer peer = peers.keep(new RawPeer(YamuxConfig.DEFAULT, Role.RESPONDER));
    var streams = new ArrayList<RawStream>();
    peer.run(
        () ->
            peer.connection.accept(
                stream -> {
                  streams.add(stream);
                  what.accept(new Act(peer, stream));
                }));
    peer.send(Frame.data(Frame.SYN | Frame.FIN, 1, 10), Frame.data(Frame.SYN, 3, 10));
    peer.run(() -> peer.connection.close(ConnectionErrorCode.NO_ERROR));
    assertThat(streams).isNotEmpty().allMatch(stream -> stream.closed().isDone());
  }

  @Test
  void anEchoFromWithinTheReaderNeedsNoStack() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(
        () -> {
          stream.reader(
              new StreamReader() {
                @Override
                public void onData(ByteBuf data) {
                  stream.offer(data);
                  stream.request(1);
                }

                @Override
                public void onEnd() {
                  stream.closeWrite();
                }

                @Override
                public void onReset(StreamErrorCode code, boolean byRemote) {}
              });
          stream.request(1);
        });
    peer.frames();
    peer.send(Frame.data(Frame.FIN, 1, 100_000));
    List<Frame> frames = peer.frames();
    assertThat(frames.stream().mapToLong(Frame::payload).sum()).isEqualTo(100_000);
    assertThat(frames.size()).as("single bytes are joined").isLessThan(20);
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Finished());
  }

  @Test
  void aReaderThatThrowsLosesItsStreamOnly() {
    RawPeer peer = peers.server();
    RawStream bad = peer.inbound(1);
    RawStream good = peer.inbound(3);
    RecordingReader reader = peer.read(good, 100);
    peer.run(
        () -> {
          bad.reader(
              new RecordingReader() {
                @Override
                public void onData(ByteBuf data) {
                  data.release();
                  throw new IllegalStateException("bug of the application");
                }
              });
          bad.request(100);
        });
    peer.frames();
    peer.send(Frame.data(0, 1, 10), Frame.data(0, 3, 10));
    assertThat(bad.closed()).isDone();
    assertThat(reader.bytes.size()).isEqualTo(10);
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=0");
    assertThat(peer.closed).isNotDone();
  }
}
