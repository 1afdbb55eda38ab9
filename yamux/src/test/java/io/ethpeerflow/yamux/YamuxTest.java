package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.RecordingReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of a stream as a scripted remote sees it. */
class YamuxTest {
  @RegisterExtension final Peers peers = new Peers();

  @Test
  @Spec("yamux/protocol-id")
  void describesTheConnection() {
    RawPeer peer = peers.server();
    assertThat(peer.connection.muxer()).isEqualTo("/yamux/1.0.0");
    assertThat(peer.connection.security()).isEqualTo("/noise");
    assertThat(peer.connection.transport()).isEqualTo("tcp");
    assertThat(peer.connection.direction()).isEqualTo(Direction.INBOUND);
    assertThat(peer.connection.scope()).isSameAs(peer.scope);
    assertThat(peer.connection.remoteKey()).isEqualTo(peer.link.remoteKey());
  }

  @Test
  void sendsAPingFirst() {
    RawPeer peer = peers.keep(new RawPeer(YamuxConfig.DEFAULT, Role.RESPONDER));
    assertThat(peer.said()).containsExactly("PING|SYN stream=0 length=0");
    assertThat(peer.link.flushes).isEqualTo(1);
  }

  @Test
  @Spec("yamux/stream-ids")
  void clientOpensOddIdsAndServerEvenOnes() {
    RawPeer client = peers.client();
    assertThat(client.open().id()).isEqualTo(1);
    assertThat(client.open().id()).isEqualTo(3);
    RawPeer server = peers.server();
    assertThat(server.open().id()).isEqualTo(2);
    assertThat(server.open().id()).isEqualTo(4);
  }

  @Test
  @Spec("yamux/open")
  void announcesAStreamWithoutDataAtTheEndOfTheTurn() {
    RawPeer peer = peers.server();
    peer.open();
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|SYN stream=2 length=0");
  }

  @Test
  @Spec({"yamux/flags", "yamux/open", "yamux/fin"})
  void putsSynOnTheFirstDataFrameAndFinBehindIt() {
    RawPeer peer = peers.server();
    peer.run(
        () -> {
          RawStream stream = peer.connection.open().join();
          stream.offer(RawPeer.counting(5));
          stream.closeWrite();
        });
    assertThat(peer.said())
        .containsExactly("DATA|SYN stream=2 length=5", "WINDOW_UPDATE|FIN stream=2 length=0");
  }

  @Test
  void putsSynOnAFrameOfItsOwnWhenConfigured() {
    RawPeer peer = peers.server(YamuxConfig.DEFAULT.withSynOnData(false));
    peer.run(() -> peer.connection.open().join().offer(RawPeer.counting(5)));
    assertThat(peer.said())
        .containsExactly("WINDOW_UPDATE|SYN stream=2 length=0", "DATA stream=2 length=5");
    peer.send(Frame.update(Frame.SYN, 1, 0));
    peer.offer(peer.accepted.getLast(), 2);
    assertThat(peer.said())
        .containsExactly("WINDOW_UPDATE|ACK stream=1 length=0", "DATA stream=1 length=2");
  }

  @Test
  void announcesAndEndsAStreamWithoutBytes() {
    RawPeer peer = peers.server();
    peer.run(() -> peer.connection.open().join().closeWrite());
    assertThat(peer.said())
        .containsExactly(
            "WINDOW_UPDATE|SYN stream=2 length=0", "WINDOW_UPDATE|FIN stream=2 length=0");
  }

  @Test
  void saysNothingOfAStreamThatIsResetBeforeItWasAnnounced() {
    RawPeer peer = peers.server();
    peer.run(() -> peer.connection.open().join().reset(RawPeer.CODE));
    assertThat(peer.said()).isEmpty();
    assertThat(peer.open().id()).isEqualTo(4);
  }

  @Test
  @Spec("yamux/ack")
  void acknowledgesAnInboundStreamOnceAtTheEndOfTheTurn() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|ACK stream=1 length=0");
    peer.offer(stream, 3);
    assertThat(peer.said()).containsExactly("DATA stream=1 length=3");
  }

  @Test
  @Spec("yamux/ack")
  void putsTheAckOnTheFirstDataWhenThereIsSomeInTheSameTurn() {
    RawPeer peer = peers.keep(new RawPeer(YamuxConfig.DEFAULT, Role.RESPONDER));
    peer.run(() -> peer.connection.accept(stream -> stream.offer(RawPeer.counting(7))));
    peer.answerPing();
    peer.send(Frame.data(Frame.SYN, 1, 4));
    assertThat(peer.said()).containsExactly("DATA|ACK stream=1 length=7");
  }

  @Test
  @Spec("yamux/reject")
  void refusesWithoutAckWhenTheAcceptorResets() {
    RawPeer peer = peers.keep(new RawPeer(YamuxConfig.DEFAULT, Role.RESPONDER));
    peer.run(() -> peer.connection.accept(stream -> stream.reset(RawPeer.CODE)));
    peer.answerPing();
    peer.send(Frame.update(Frame.SYN, 1, 0));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=42");
  }

  @Test
  @Spec("yamux/syn-with-payload")
  void takesThePayloadOfAFirstFrame() {
    RawPeer peer = peers.server();
    peer.send(Frame.data(Frame.SYN | Frame.FIN, 1, 6));
    RecordingReader reader = peer.read(peer.accepted.getLast(), 100);
    assertThat(reader.bytes.toByteArray()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(reader.events).containsExactly("end");
  }

  @Test
  void deliversPayloadAgainstDemandOnly() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.send(Frame.data(0, 1, 10));
    RecordingReader reader = peer.read(stream, 4);
    assertThat(reader.bytes.toByteArray()).containsExactly(0, 1, 2, 3);
    assertThat(stream.demand()).isZero();
    assertThat(peer.scope.memoryBytes).isEqualTo(6);
    peer.run(() -> stream.request(100));
    assertThat(reader.bytes.toByteArray()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(stream.demand()).isEqualTo(94);
    assertThat(peer.scope.memoryBytes).isZero();
  }

  @Test
  void splitsAPayloadThatArrivesBeyondTheDemand() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader reader = peer.read(stream, 3);
    peer.send(Frame.data(0, 1, 5));
    assertThat(reader.bytes.toByteArray()).containsExactly(0, 1, 2);
    assertThat(peer.scope.memoryBytes).isEqualTo(2);
  }

  @Test
  void hasNoReservationWhileTheReaderKeepsUp() {
    RawPeer peer = peers.server();
    peer.read(peer.inbound(1), Long.MAX_VALUE);
    for (int i = 0; i < 50; i++) {
      peer.send(Frame.data(0, 1, 10_000));
      peer.answerPing();
      peer.advance(java.time.Duration.ofMillis(100));
    }
    assertThat(peer.scope.peakMemoryBytes).isZero();
  }

  @Test
  void saturatesTheDemand() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(
        () -> {
          stream.request(Long.MAX_VALUE);
          stream.request(5);
        });
    assertThat(stream.demand()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> peer.run(() -> stream.request(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("request: 0 < 1");
  }

  @Test
  void neverCallsTheReaderFromWithinReaderOrRequest() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.send(Frame.data(Frame.FIN, 1, 3));
    var reader = new RecordingReader();
    peer.run(
        () -> {
          stream.reader(reader);
          stream.request(10);
          assertThat(reader.calls).isZero();
        });
    assertThat(reader.calls).isEqualTo(1);
    assertThat(reader.events).containsExactly("end");
  }

  @Test
  void givesAnEndThatCameBeforeToEachReaderThatIsInstalled() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RecordingReader first = peer.read(stream, 0);
    peer.send(Frame.update(Frame.FIN, 1, 0));
    assertThat(first.events).containsExactly("end");
    RecordingReader second = peer.read(stream, 0);
    assertThat(second.events).containsExactly("end");
    assertThat(first.events).hasSize(1);
  }

  @Test
  void givesAResetThatCameBeforeToTheReader() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.send(Frame.update(Frame.RST, 1, 7));
    assertThat(stream.closed()).isDone();
    assertThat(peer.read(stream, 0).events).containsExactly("reset 0x7 by remote");
  }

  @Test
  @Spec("yamux/closed")
  void finishesAStreamWhenBothSidesHaveSentFin() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    var end = stream.closed();
    peer.read(stream, 1);
    peer.send(Frame.update(Frame.FIN, 1, 0));
    assertThat(end).isNotDone();
    peer.run(stream::closeWrite);
    assertThat(end).isCompletedWithValue(new StreamEnd.Finished());
    assertThat(peer.connection.openStreams()).isZero();
    assertThat(peer.scope.streams).isZero();
  }

  @Test
  @Spec("yamux/fin")
  void goesOnWritingAfterTheRemoteHasFinished() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.send(Frame.update(Frame.FIN, 1, 0));
    peer.frames();
    assertThat(stream.writeOpen()).isTrue();
    peer.offer(stream, 9);
    peer.run(stream::closeWrite);
    assertThat(peer.said())
        .containsExactly("DATA stream=1 length=9", "WINDOW_UPDATE|FIN stream=1 length=0");
  }

  @Test
  @Spec("yamux/fin")
  void goesOnReadingAfterWeHaveFinished() {
    RawPeer peer = peers.server();
    RawStream stream = peer.open();
    peer.run(stream::closeWrite);
    RecordingReader reader = peer.read(stream, 100);
    peer.send(Frame.update(Frame.ACK, 2, 0), Frame.data(0, 2, 4), Frame.data(Frame.FIN, 2, 1));
    assertThat(reader.bytes.size()).isEqualTo(5);
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Finished());
  }

  @Test
  void keepsTheEndBehindBytesThatWaitForDemand() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(stream::closeWrite);
    RecordingReader reader = peer.read(stream, 1);
    peer.send(Frame.data(Frame.FIN, 1, 2));
    assertThat(reader.events).isEmpty();
    assertThat(stream.closed()).isNotDone();
    peer.run(() -> stream.request(1));
    assertThat(reader.events).containsExactly("end");
    assertThat(stream.closed()).isCompletedWithValue(new StreamEnd.Finished());
  }

  @Test
  void takesNothingAfterCloseWrite() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(stream::closeWrite);
    peer.frames();
    assertThat(peer.offer(stream, 1)).isFalse();
    peer.run(stream::closeWrite);
    assertThat(peer.said()).isEmpty();
    assertThat(stream.writeOpen()).isFalse();
  }

  @Test
  void takesAnEmptyOfferWithoutAFrame() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    assertThat(peer.offer(stream, 0)).isTrue();
    assertThat(peer.said()).isEmpty();
  }

  @Test
  void flushesOncePerTurnHoweverManyStreamsWrite() {
    RawPeer peer = peers.server();
    List<RawStream> streams = List.of(peer.open(), peer.open(), peer.open());
    peer.frames();
    int before = peer.link.flushes;
    peer.run(() -> streams.forEach(s -> s.offer(RawPeer.counting(100))));
    assertThat(peer.frames()).hasSize(3);
    assertThat(peer.link.flushes).isEqualTo(before + 1);
    assertThat(peer.link.unflushedFrames).isZero();
  }

  @Test
  void joinsShortWritesOfATurnIntoOneFrame() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    peer.run(
        () -> {
          for (int i = 0; i < 10; i++) {
            stream.offer(RawPeer.counting(10));
          }
        });
    assertThat(peer.said()).containsExactly("DATA stream=1 length=100");
  }

  @Test
  void cutsFramesToTheRecordOfTheLink() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    peer.run(() -> stream.offer(RawPeer.counting(200_000)));
    assertThat(peer.said())
        .containsExactly(
            "DATA stream=1 length=65507",
            "DATA stream=1 length=65507",
            "DATA stream=1 length=65507",
            "DATA stream=1 length=3479");
    assertThat(peer.link.largestFrame).isEqualTo(peer.link.maxRecordBytes());
  }

  @Test
  @Spec("yamux/window-initial")
  void sendsNoMoreThanTheRemoteGranted() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    peer.run(() -> stream.offer(RawPeer.counting(400_000)));
    assertThat(peer.frames().stream().mapToLong(Frame::length).sum()).isEqualTo(262_144);
    assertThat(stream.queuedBytes()).isEqualTo(400_000 - 262_144);
    peer.send(Frame.update(0, 1, 1000));
    assertThat(peer.said()).containsExactly("DATA stream=1 length=1000");
    peer.send(Frame.update(0, 1, 1_000_000));
    assertThat(peer.frames().stream().mapToLong(Frame::length).sum()).isEqualTo(136_856);
  }

  @Test
  @Spec("yamux/window-larger")
  void usesTheCreditThatComesWithSynAndAck() {
    RawPeer peer = peers.server();
    peer.send(Frame.update(Frame.SYN, 1, 100_000));
    RawStream inbound = peer.accepted.getLast();
    peer.frames();
    peer.run(() -> inbound.offer(RawPeer.counting(400_000)));
    assertThat(peer.frames().stream().mapToLong(Frame::length).sum()).isEqualTo(362_144);
    RawStream outbound = peer.open();
    peer.send(Frame.update(Frame.ACK, 2, 50_000));
    peer.frames();
    peer.run(() -> outbound.offer(RawPeer.counting(400_000)));
    assertThat(peer.frames().stream().mapToLong(Frame::length).sum()).isEqualTo(312_144);
  }

  @Test
  void survivesCreditBeyondAnyNumber() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    for (int i = 0; i < 10; i++) {
      peer.send(Frame.update(0, 1, 0xffff_ffffL));
    }
    peer.frames();
    assertThat(peer.offer(stream, 5000)).isTrue();
    assertThat(peer.said()).containsExactly("DATA stream=1 length=5000");
  }
}
