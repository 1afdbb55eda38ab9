package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.RecordingReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The end of the session, by either side, by the link, by silence. */
@Timeout(60)
class ConnectionEndTest {
  /** What a wheel of deadlines may take longer. */
  private static final Duration LATE = Duration.ofNanos(2 * DeadlineWheel.TICK_NANOS);

  @RegisterExtension final Peers peers = new Peers();

  @Test
  @Spec("yamux/go-away")
  void saysGoAwayWithTheCodeBehindWhatWasWritten() {
    RawPeer peer = peers.server();
    RawStream finished = peer.inbound(1);
    RawStream dropped = peer.inbound(3);
    peer.frames();
    peer.run(
        () -> {
          finished.offer(RawPeer.counting(5));
          finished.closeWrite();
        });
    peer.run(
        () -> {
          dropped.reset(RawPeer.CODE);
          peer.connection.close(ConnectionErrorCode.SHUTDOWN);
        });
    assertThat(peer.said())
        .containsExactly(
            "DATA stream=1 length=5",
            "WINDOW_UPDATE|FIN stream=1 length=0",
            "WINDOW_UPDATE|RST stream=3 length=42",
            "GO_AWAY stream=0 length=4102");
    assertThat(peer.closed).isCompletedWithValue(CloseReason.local(ConnectionErrorCode.SHUTDOWN));
    assertThat(peer.link.closed).isTrue();
    assertThat(peer.link.unflushedFrames).isZero();
  }

  @Test
  void saysGoAwayZeroInTheOrdinaryCase() {
    RawPeer peer = peers.server();
    peer.run(() -> peer.connection.close(ConnectionErrorCode.NO_ERROR));
    assertThat(peer.said()).containsExactly("GO_AWAY stream=0 length=0");
  }

  @Test
  void closesOnce() {
    RawPeer peer = peers.server();
    peer.run(
        () -> {
          peer.connection.close(ConnectionErrorCode.SHUTDOWN);
          peer.connection.close(ConnectionErrorCode.GATED);
        });
    peer.run(() -> peer.connection.close(ConnectionErrorCode.GATED));
    peer.run(() -> peer.link.end(null));
    assertThat(peer.said()).hasSize(1);
    assertThat(peer.closed).isCompletedWithValue(CloseReason.local(ConnectionErrorCode.SHUTDOWN));
  }

  @Test
  void saysGoAwayEvenWhenTheLinkIsFull() {
    RawPeer peer = peers.server();
    peer.link.writable = false;
    peer.run(() -> peer.connection.close(ConnectionErrorCode.SHUTDOWN));
    assertThat(peer.said()).containsExactly("GO_AWAY stream=0 length=4102");
  }

  @Test
  @Spec("yamux/go-away")
  void endsWhenTheRemoteSaysGoAway() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 1);
    peer.frames();
    peer.send(Frame.goAway(0x1005));
    CloseReason reason = CloseReason.remote(ConnectionErrorCode.GARBAGE_COLLECTED);
    assertThat(peer.closed).isCompletedWithValue(reason);
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.ConnectionEnded(reason));
    assertThat(reader.events).containsExactly("reset 0x1006 by us");
    assertThat(peer.said()).as("nothing is left to say").isEmpty();
    assertThat(peer.link.closed).isTrue();
  }

  @Test
  void tellsEachStreamOnceThatTheLinkFailed() {
    RawPeer peer = peers.server();
    var readers = new ArrayList<RecordingReader>();
    var ends = new ArrayList<StreamEnd>();
    for (int i = 0; i < 20; i++) {
      RawStream stream = peer.inbound(2 * i + 1);
      readers.add(peer.read(stream, 10));
      stream.closed().thenAccept(ends::add);
      peer.send(Frame.data(0, stream.id(), 100));
      peer.offer(stream, 300_000);
    }
    var failure = new HandshakeException("refused late");
    peer.run(() -> peer.link.end(failure));
    CloseReason reason = CloseReason.failure(ConnectionErrorCode.NO_ERROR, failure);
    assertThat(peer.closed).isCompletedWithValue(reason);
    assertThat(ends).hasSize(20).containsOnly(new StreamEnd.ConnectionEnded(reason));
    assertThat(readers).allMatch(reader -> reader.events.equals(List.of("reset 0x0 by us")));
    assertThat(peer.scope.memoryBytes).isZero();
    assertThat(peer.scope.streams).isZero();
    assertThat(peer.connection.openStreams()).isZero();
    peer.run(() -> peer.link.end(failure));
    assertThat(ends).hasSize(20);
  }

  @Test
  void takesAnOrderlyEndOfTheLinkForTheRemotes() {
    RawPeer peer = peers.server();
    peer.run(() -> peer.link.end(null));
    assertThat(peer.closed).isCompletedWithValue(CloseReason.remote(ConnectionErrorCode.NO_ERROR));
  }

  @Test
  void aStreamThatHadFinishedStaysFinished() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(stream::closeWrite);
    peer.send(Frame.update(Frame.FIN, 1, 0), Frame.goAway(0));
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Finished());
  }

  @Test
  void deliversWhatDemandCoversBeforeTheEnd() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 0);
    peer.send(Frame.data(0, 1, 10));
    peer.run(
        () -> {
          stream.request(4);
          ByteBuf goAway = Frame.goAway(0).bytes(0);
          peer.link.receive(goAway);
        });
    assertThat(reader.bytes.size()).isEqualTo(4);
    assertThat(reader.events).containsExactly("reset 0x0 by us");
  }

  @Test
  void handsOutCopiesOfItsFutures() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    stream.closed().completeOnTimeout(new StreamEnd.Finished(), 0, TimeUnit.NANOSECONDS).join();
    stream.closed().cancel(false);
    peer.connection.closed().cancel(false);
    assertThat(stream.closed()).isNotDone();
    assertThat(peer.connection.closed()).isNotDone();
  }

  @Test
  void methodsOfAnEndedStreamAreHarmless() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(() -> peer.connection.close(ConnectionErrorCode.NO_ERROR));
    peer.frames();
    assertThat(peer.offer(stream, 10)).isFalse();
    RecordingReader reader = peer.read(stream, 10);
    peer.run(
        () -> {
          stream.closeWrite();
          stream.stopReading(RawPeer.CODE);
          stream.reset(RawPeer.CODE);
          stream.maxQueuedBytes(1);
          assertThat(stream.flush()).isCompletedExceptionally();
        });
    assertThat(reader.events).containsExactly("reset 0x0 by us");
    assertThat(peer.said()).isEmpty();
  }

  @Test
  @Spec("yamux/keep-alive")
  void pingsThirtySecondsAfterTheAnswerWithTheNextValue() {
    RawPeer peer = peers.server();
    peer.advance(Duration.ofMillis(29_999));
    assertThat(peer.said()).isEmpty();
    peer.advance(LATE.plusMillis(1));
    assertThat(peer.said()).containsExactly("PING|SYN stream=0 length=1");
    peer.send(Frame.ping(Frame.ACK, 1));
    peer.advance(Duration.ofSeconds(30).plus(LATE));
    assertThat(peer.said()).containsExactly("PING|SYN stream=0 length=2");
  }

  @Test
  @Spec("yamux/keep-alive")
  void endsWhenAPingIsNotAnsweredAndNothingElseArrives() {
    RawPeer peer = peers.server();
    peer.advance(Duration.ofSeconds(30).plus(LATE));
    peer.frames();
    peer.advance(Duration.ofSeconds(20).minus(LATE).minusMillis(1));
    assertThat(peer.closed).isNotDone();
    peer.advance(LATE.multipliedBy(2));
    assertThat(peer.closed.join().by()).isEqualTo(CloseReason.By.FAILURE);
    assertThat(peer.closed.join().cause())
        .hasMessage("no answer to a ping and no other input for 20000 ms");
    assertThat(peer.link.closed).isTrue();
  }

  @Test
  void anyInputPostponesTheTimeout() {
    RawPeer peer = peers.server();
    peer.inbound(1);
    peer.advance(Duration.ofSeconds(30).plus(LATE));
    for (int i = 0; i < 10; i++) {
      peer.advance(Duration.ofSeconds(15));
      peer.send(Frame.data(0, 1, 1));
    }
    assertThat(peer.frames().stream().filter(frame -> frame.type() == 2)).hasSize(1);
    assertThat(peer.closed).isNotDone();
    peer.advance(Duration.ofSeconds(20).plus(LATE));
    assertThat(peer.closed).isDone();
  }

  @Test
  void endsWhenTheRemoteNeitherReadsNorWrites() {
    RawPeer peer = peers.server();
    peer.link.writable = false;
    peer.advance(Duration.ofSeconds(50).plus(LATE.multipliedBy(2)));
    assertThat(peer.closed).isDone();
  }

  @Test
  void leavesNothingScheduledBehind() {
    RawPeer peer = peers.server();
    peer.run(() -> peer.connection.close(ConnectionErrorCode.NO_ERROR));
    assertThat(peer.loop.clock().pending()).isZero();
  }

  @Test
  void endsInTheMiddleOfAFrame() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    ByteBuf half = Frame.data(0, 1, 100).bytes(0);
    peer.sendBytes(Unpooled.copiedBuffer(half.slice(0, 60)));
    half.release();
    peer.run(() -> peer.link.end(null));
    assertThat(stream.closed().join()).isInstanceOf(StreamEnd.ConnectionEnded.class);
    assertThat(peer.scope.memoryBytes).isZero();
  }
}
