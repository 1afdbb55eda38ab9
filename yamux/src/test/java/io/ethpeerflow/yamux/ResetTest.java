package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.RecordingReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Early ends of streams: resets of both sides, and reading given up. */
class ResetTest {
  @RegisterExtension final Peers peers = new Peers();

  @Test
  @Spec("yamux/error-code")
  void carriesTheCodeInAWindowUpdate() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 1);
    peer.frames();
    peer.run(() -> stream.reset(new StreamErrorCode(0xffff_ffffL)));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=4294967295");
    assertThat(reader.events).containsExactly("reset 0xffffffff by us");
    assertThat(stream.closed())
        .isCompletedWithValue(new StreamEnd.Reset(new StreamErrorCode(0xffff_ffffL), false));
  }

  @Test
  void resetsOnce() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 1);
    peer.frames();
    peer.run(
        () -> {
          stream.reset(RawPeer.CODE);
          stream.reset(StreamErrorCode.GATED);
          stream.resetWrite(StreamErrorCode.GATED);
          stream.stopReading(StreamErrorCode.GATED);
          stream.closeWrite();
        });
    peer.send(Frame.update(Frame.RST, 1, 5));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=42");
    assertThat(reader.events).containsExactly("reset 0x2a by us");
  }

  @Test
  void neverCallsTheReaderFromWithinReset() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 1);
    peer.run(
        () -> {
          stream.reset(RawPeer.CODE);
          assertThat(reader.events).isEmpty();
        });
    assertThat(reader.events).hasSize(1);
  }

  @Test
  @Spec("yamux/reset")
  void dropsWhatIsQueuedInBothDirections() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.link.writable = false;
    peer.offer(stream, 5000);
    peer.send(Frame.data(0, 1, 7000));
    assertThat(peer.scope.memoryBytes).isEqualTo(12_000);
    peer.run(() -> stream.reset(RawPeer.CODE));
    assertThat(peer.scope.memoryBytes).isZero();
    assertThat(stream.queuedBytes()).isZero();
    peer.frames();
    peer.run(peer.link::becomeWritable);
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=42");
  }

  @Test
  @Spec("yamux/reset")
  void aResetOfTheRemoteDropsUndeliveredBytes() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 0);
    peer.send(Frame.data(0, 1, 10), Frame.update(Frame.RST, 1, 3));
    assertThat(reader.events).containsExactly("reset 0x3 by remote");
    assertThat(stream.closed())
        .isCompletedWithValue(new StreamEnd.Reset(new StreamErrorCode(3), true));
    assertThat(peer.scope.memoryBytes).isZero();
    assertThat(peer.connection.openStreams()).isZero();
  }

  @Test
  void bytesThatAFinCompletedStayForTheReaderAfterAReset() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 4);
    peer.send(Frame.data(Frame.FIN, 1, 10), Frame.update(Frame.RST, 1, 3));
    assertThat(stream.writeOpen()).isFalse();
    assertThat(stream.closed()).isNotDone();
    peer.run(() -> stream.request(100));
    assertThat(reader.bytes.size()).isEqualTo(10);
    assertThat(reader.events).containsExactly("end");
    assertThat(stream.closed())
        .isCompletedWithValue(new StreamEnd.Reset(new StreamErrorCode(3), true));
  }

  @Test
  void aResetAfterBothFinsIsLate() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(stream::closeWrite);
    RecordingReader reader = peer.read(stream, 1);
    peer.send(Frame.update(Frame.FIN, 1, 0), Frame.update(Frame.RST, 1, 9));
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Finished());
    assertThat(reader.events).containsExactly("end");
    assertThat(peer.closed).isNotDone();
  }

  @Test
  void aResetOfOursAfterOurFinIsStillTold() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(stream::closeWrite);
    peer.frames();
    peer.run(() -> stream.reset(RawPeer.CODE));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=42");
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Reset(RawPeer.CODE, false));
  }

  @Test
  void aResetOfOursAfterTheirFinIsStillTold() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 1);
    peer.send(Frame.update(Frame.FIN, 1, 0));
    peer.frames();
    peer.run(() -> stream.reset(RawPeer.CODE));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=42");
    assertThat(reader.events).as("an end is final").containsExactly("end");
  }

  @Test
  void doesNotAnswerAResetWithAReset() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.read(stream, 0);
    peer.send(Frame.data(Frame.FIN, 1, 3), Frame.update(Frame.RST, 1, 3));
    peer.frames();
    peer.run(() -> stream.reset(RawPeer.CODE));
    assertThat(peer.said()).isEmpty();
    assertThat(stream.closed()).isDone();
  }

  @Test
  void resetWriteEndsBothHalvesBecauseYamuxHasNoOther() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 1);
    peer.run(() -> stream.resetWrite(RawPeer.CODE));
    assertThat(reader.events).containsExactly("reset 0x2a by us");
    assertThat(stream.closed()).isDone();
  }

  @Test
  void aStoppedReaderHearsNothingMoreAndTheWriterGoesOn() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 5);
    peer.frames();
    peer.run(() -> stream.stopReading(RawPeer.CODE));
    peer.send(Frame.data(0, 1, 100));
    assertThat(reader.bytes.size()).isZero();
    peer.offer(stream, 3);
    assertThat(peer.said()).containsExactly("DATA stream=1 length=3");
    peer.send(Frame.update(Frame.FIN, 1, 0));
    peer.run(stream::closeWrite);
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Finished());
    assertThat(reader.events).isEmpty();
  }

  @Test
  void discardsAndCreditsUpToTheBoundThenResets() {
    RawPeer peer = peers.server(YamuxConfig.DEFAULT.withStopReadingBytes(300_000));
    RawStream stream = peer.inbound(1);
    peer.advance(Duration.ofSeconds(1));
    peer.send(Frame.data(0, 1, 100_000));
    peer.frames();
    peer.run(() -> stream.stopReading(RawPeer.CODE));
    assertThat(peer.scope.memoryBytes).isZero();
    peer.send(Frame.data(0, 1, 162_144));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE stream=1 length=262144");
    peer.send(Frame.data(0, 1, 37_856));
    assertThat(stream.closed()).isNotDone();
    peer.send(Frame.data(0, 1, 1));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=42");
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Reset(RawPeer.CODE, false));
  }

  @Test
  void resetsAtOnceWhenNothingMayBeDiscarded() {
    RawPeer peer = peers.server(YamuxConfig.DEFAULT.withStopReadingBytes(0));
    RawStream stream = peer.inbound(1);
    peer.send(Frame.data(0, 1, 1));
    peer.frames();
    peer.run(() -> stream.stopReading(RawPeer.CODE));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=42");
  }

  @Test
  void stoppingAfterTheFinDropsTheRest() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(stream::closeWrite);
    RecordingReader reader = peer.read(stream, 0);
    peer.send(Frame.data(Frame.FIN, 1, 10));
    peer.run(() -> stream.stopReading(RawPeer.CODE));
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Finished());
    assertThat(reader.events).isEmpty();
    assertThat(peer.scope.memoryBytes).isZero();
  }
}
