package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.RecordingReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a remote may not do, what it may do too often, and what each costs it. */
class HostileRemoteTest {
  @RegisterExtension final Peers peers = new Peers();

  private static YamuxConfig flood(long wasted, long resets) {
    return YamuxConfig.DEFAULT.withFlood(new YamuxConfig.Flood(wasted, 64, resets, 1));
  }

  private static void assertGoAway(RawPeer peer, long goAway, long code, String message) {
    assertThat(peer.said()).last().isEqualTo("GO_AWAY stream=0 length=" + goAway);
    CloseReason reason = peer.closed.join();
    assertThat(reason.by()).isEqualTo(CloseReason.By.FAILURE);
    assertThat(reason.code().value()).isEqualTo(code);
    assertThat(reason.cause()).hasMessage(message);
    assertThat(peer.link.closed).isTrue();
    assertThat(peer.link.unflushedFrames).isZero();
  }

  private static void assertViolation(RawPeer peer, String message) {
    assertGoAway(peer, 1, 0x1003, message);
  }

  private static void assertRateLimited(RawPeer peer, String message) {
    assertGoAway(peer, 0x1002, 0x1002, message);
  }

  @Test
  @Spec("yamux/version")
  void refusesAnotherVersion() {
    RawPeer peer = peers.server();
    peer.send(new Frame(7, 0, 1, 1, 0, 0));
    assertViolation(peer, "frame of version 7, allowed 0");
  }

  @Test
  @Spec("yamux/type")
  void refusesAnUnknownType() {
    RawPeer peer = peers.server();
    peer.send(new Frame(0, 4, 0, 1, 0, 0));
    assertViolation(peer, "frame of type 4, allowed are 0 to 3");
  }

  @Test
  @Spec("yamux/session-id")
  void refusesStreamFramesOnTheSession() {
    RawPeer peer = peers.server();
    peer.send(Frame.data(0, 0, 3));
    assertViolation(peer, "DATA stream=0 length=3 on the session, allowed on streams");
  }

  @Test
  @Spec("yamux/session-id")
  void refusesSessionFramesOnAStream() {
    RawPeer ping = peers.server();
    ping.send(new Frame(0, 2, 1, 3, 9, 0));
    assertViolation(ping, "PING|SYN stream=3 length=9, allowed on stream 0");
    RawPeer goAway = peers.server();
    goAway.send(new Frame(0, 3, 0, 3, 0, 0));
    assertViolation(goAway, "GO_AWAY stream=3 length=0, allowed on stream 0");
  }

  @Test
  @Spec("yamux/stream-ids")
  void refusesIdsOfOurParity() {
    RawPeer server = peers.server();
    server.send(Frame.update(Frame.SYN, 2, 0));
    assertViolation(server, "WINDOW_UPDATE|SYN stream=2 length=0, allowed are odd ids");
    RawPeer client = peers.client();
    client.send(Frame.update(Frame.SYN, 1, 0));
    assertViolation(client, "WINDOW_UPDATE|SYN stream=1 length=0, allowed are even ids");
  }

  @Test
  void takesInboundIdsOutOfOrderOnceEach() {
    RawPeer peer = peers.server();
    peer.inbound(5);
    assertThat(peer.inbound(3).id()).isEqualTo(3);
    assertThat(peer.inbound(0xffff_ffffL).id()).isEqualTo(0xffff_ffffL);
    peer.send(Frame.update(Frame.SYN, 5, 0));
    assertViolation(peer, "WINDOW_UPDATE|SYN stream=5 length=0, but the id is in use");
  }

  @Test
  void refusesAWindowUpdateOfAStreamThatWeNeverOpened() {
    RawPeer peer = peers.server();
    peer.open();
    peer.send(Frame.update(0, 4, 1));
    assertViolation(peer, "WINDOW_UPDATE stream=4 length=1, but the stream was never opened");
  }

  @Test
  @Spec("yamux/window-overrun")
  void endsTheConnectionWhenAStreamOverrunsItsWindow() {
    RawPeer peer = peers.server();
    peer.inbound(1);
    peer.send(Frame.data(0, 1, 200_000), Frame.data(0, 1, 62_145));
    assertViolation(peer, "DATA stream=1 length=62145 exceeds the 62144 bytes granted");
  }

  @Test
  @Spec("yamux/window-overrun")
  void endsTheConnectionWhenAFirstFrameOverrunsItsWindow() {
    RawPeer peer = peers.server();
    ByteBuf head = Frame.data(Frame.SYN, 1, 0).bytes(0).setInt(8, 262_145);
    peer.sendBytes(head);
    assertViolation(peer, "DATA|SYN stream=1 length=262145 exceeds the 262144 bytes granted");
    assertThat(peer.accepted).isEmpty();
  }

  @Test
  void judgesAClaimedLengthBeforeAnyOfItArrives() {
    RawPeer peer = peers.server();
    peer.inbound(1);
    peer.sendBytes(Frame.data(0, 1, 0).bytes(0).setInt(8, -1));
    assertViolation(peer, "DATA stream=1 length=4294967295 exceeds the 262144 bytes granted");
  }

  @Test
  void reservesNothingForAPayloadThatHasNotArrived() {
    RawPeer peer = peers.server();
    peer.inbound(1);
    peer.sendBytes(Frame.data(0, 1, 0).bytes(0).setInt(8, 262_144));
    assertThat(peer.scope.memoryBytes).isZero();
  }

  @Test
  @Spec("yamux/reset-late-frames")
  void drainsWhatIsUnderWayToAStreamThatWasReset() {
    RawPeer peer = peers.server();
    RawStream dead = peer.inbound(1);
    peer.send(Frame.data(0, 1, 62_144));
    peer.run(() -> dead.reset(RawPeer.CODE));
    RawStream live = peer.inbound(3);
    RecordingReader reader = peer.read(live, 100);
    peer.send(Frame.data(0, 1, 200_000), Frame.data(0, 3, 5), Frame.update(Frame.FIN, 1, 0));
    assertThat(reader.bytes.toByteArray()).containsExactly(0, 1, 2, 3, 4);
    assertThat(peer.closed).isNotDone();
    peer.send(Frame.data(0, 1, 1));
    assertViolation(
        peer, "DATA stream=1 length=1 exceeds the 0 bytes granted before the stream was reset");
  }

  @Test
  void chargesPayloadOfForgottenStreamsAsWasted() {
    RawPeer peer = peers.server(flood(20_000, 100).withMaxTombstones(1));
    for (int id = 1; id <= 3; id += 2) {
      RawStream stream = peer.inbound(id);
      peer.run(() -> stream.reset(RawPeer.CODE));
    }
    peer.send(Frame.data(0, 3, 15_000), Frame.data(0, 1, 15_000));
    assertThat(peer.closed).isNotDone();
    peer.send(Frame.data(0, 1, 15_000));
    assertRateLimited(
        peer, "payload of streams that ended long ago beyond 20000 wasted bytes and 64 per second");
  }

  @Test
  void ignoresLateWindowUpdatesOfStreamsThatFinished() {
    RawPeer peer = peers.server(flood(4096, 1));
    RawStream stream = peer.inbound(1);
    peer.run(stream::closeWrite);
    peer.send(Frame.update(Frame.FIN, 1, 0));
    peer.frames();
    for (int i = 0; i < 10_000; i++) {
      peer.send(Frame.update(0, 1, 131_072));
    }
    assertThat(peer.closed).isNotDone();
    assertThat(peer.said()).isEmpty();
  }

  @Test
  void resetsAStreamThatSendsAfterItsEnd() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    peer.send(Frame.update(Frame.FIN, 1, 0), Frame.data(0, 1, 3));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=4100");
    assertThat(stream.closed())
        .isCompletedWithValue(new StreamEnd.Reset(StreamErrorCode.PROTOCOL_VIOLATION, false));
    assertThat(peer.closed).isNotDone();
  }

  @Test
  void endsTheConnectionOnAFloodOfEmptyFrames() {
    RawPeer peer = peers.server(flood(6400, 1));
    peer.inbound(1);
    for (int i = 0; i < 49; i++) {
      peer.send(Frame.data(0, 1, 0), Frame.update(0, 1, 0));
    }
    assertThat(peer.closed).isNotDone();
    peer.send(Frame.data(0, 1, 0), Frame.update(0, 1, 0));
    assertRateLimited(peer, "empty frames beyond 6400 wasted bytes and 64 per second");
  }

  @Test
  void endsTheConnectionOnAFloodOfPings() {
    RawPeer peer = peers.server(flood(6400, 1));
    for (int i = 0; i < 99; i++) {
      peer.send(Frame.ping(Frame.SYN, i));
    }
    assertThat(peer.closed).isNotDone();
    assertThat(peer.frames()).hasSize(99);
    peer.send(Frame.ping(Frame.SYN, 1), Frame.ping(Frame.SYN, 1));
    assertRateLimited(peer, "pings beyond 6400 wasted bytes and 64 per second");
  }

  @Test
  void takesAsManyPingsAsTimeAllows() {
    RawPeer peer = peers.server(flood(6400, 1));
    for (int i = 0; i < 1000; i++) {
      peer.send(Frame.ping(Frame.SYN, i));
      peer.advance(Duration.ofSeconds(1));
      peer.answerPing();
    }
    assertThat(peer.closed).isNotDone();
  }

  @Test
  @Spec("yamux/ping")
  void answersEachPingOnceWithItsValue() {
    RawPeer peer = peers.server();
    peer.send(Frame.ping(Frame.SYN, 7), Frame.ping(Frame.SYN, 0xffff_fffeL));
    assertThat(peer.said())
        .containsExactly("PING|ACK stream=0 length=7", "PING|ACK stream=0 length=4294967294");
  }

  @Test
  void keepsNoMorePingAnswersThanConfiguredWhileTheRemoteDoesNotRead() {
    RawPeer peer = peers.server();
    peer.link.writable = false;
    for (int i = 0; i < 1000; i++) {
      peer.send(Frame.ping(Frame.SYN, i));
    }
    assertThat(peer.frames()).isEmpty();
    peer.run(peer.link::becomeWritable);
    assertThat(peer.frames()).hasSize(32).first().isEqualTo(Frame.ping(Frame.ACK, 0));
  }

  @Test
  void ignoresAnswersToPingsThatItNeverSent() {
    RawPeer peer = peers.server();
    peer.send(Frame.ping(Frame.ACK, 0), Frame.ping(Frame.ACK, 77), Frame.ping(0, 3));
    assertThat(peer.closed).isNotDone();
    assertThat(peer.said()).isEmpty();
  }

  @Test
  void endsTheConnectionOnRapidResets() {
    RawPeer peer = peers.server(flood(4096, 50));
    for (int i = 0; i < 50; i++) {
      peer.send(Frame.update(Frame.SYN, 2 * i + 1, 0), Frame.update(Frame.RST, 2 * i + 1, 0));
    }
    assertThat(peer.closed).isNotDone();
    assertThat(peer.scope.streams).isZero();
    peer.send(Frame.update(Frame.SYN | Frame.RST, 101, 0));
    assertRateLimited(peer, "streams reset or refused beyond 50 and 1 per second");
  }

  @Test
  @Spec("yamux/reject")
  void refusesInboundStreamsBeyondTheLimit() {
    RawPeer peer = peers.server(YamuxConfig.DEFAULT.withMaxInboundStreams(2));
    peer.inbound(1);
    peer.inbound(3);
    peer.frames();
    peer.send(Frame.data(Frame.SYN, 5, 100));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=5 length=4098");
    assertThat(peer.accepted).hasSize(2);
    peer.run(() -> peer.accepted.getFirst().reset(RawPeer.CODE));
    assertThat(peer.inbound(7).id()).isEqualTo(7);
  }

  @Test
  void refusesInboundStreamsThatTheBudgetRefuses() {
    RawPeer peer = peers.server();
    peer.scope.maxStreams = 0;
    peer.send(Frame.update(Frame.SYN, 1, 0));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=4098");
    peer.send(Frame.data(0, 1, 262_144));
    assertThat(peer.closed).isNotDone();
  }

  @Test
  @Spec("yamux/ack-backlog-inbound")
  void holdsBackUnacceptedStreamsAndRefusesBeyondTheLimit() {
    RawPeer peer = peers.keep(new RawPeer(YamuxConfig.DEFAULT, Role.RESPONDER));
    peer.answerPing();
    for (int i = 0; i < 256; i++) {
      peer.send(Frame.data(Frame.SYN, 2 * i + 1, 10));
    }
    assertThat(peer.said()).isEmpty();
    peer.send(Frame.update(Frame.SYN, 513, 0));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=513 length=4098");
    peer.send(Frame.update(Frame.RST, 3, 0));
    peer.run(() -> peer.connection.accept(peer.accepted::add));
    assertThat(peer.accepted).hasSize(255);
    assertThat(peer.accepted.get(1).id()).isEqualTo(5);
    assertThat(peer.frames()).hasSize(255).allMatch(frame -> frame.flags() == Frame.ACK);
  }

  @Test
  void endsTheConnectionWhenRefusalsPileUpBecauseTheRemoteDoesNotRead() {
    RawPeer peer =
        peers.server(YamuxConfig.DEFAULT.withMaxInboundStreams(1).withMaxPendingResets(10));
    peer.inbound(1);
    peer.link.writable = false;
    for (int i = 1; i <= 11; i++) {
      peer.send(Frame.update(Frame.SYN, 2 * i + 1, 0));
    }
    assertRateLimited(peer, "more than 10 resets wait for a remote that does not read");
  }

  @Test
  void resetsAStreamWhoseBytesTheBudgetRefuses() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    RawStream other = peer.inbound(3);
    peer.frames();
    peer.scope.maxMemoryBytes = 1000;
    peer.send(Frame.data(0, 1, 900), Frame.data(0, 1, 101), Frame.data(0, 3, 100));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=4098");
    assertThat(stream.closed())
        .isCompletedWithValue(new StreamEnd.Reset(StreamErrorCode.RESOURCE_LIMIT, false));
    assertThat(peer.scope.memoryBytes).isEqualTo(100);
    assertThat(other.closed()).isNotDone();
  }

  @Test
  void holdsNoMoreMemoryThanAMultipleOfTheBytesWhateverTheirSizes() {
    RawPeer peer = peers.server();
    peer.inbound(1);
    RawStream busy = peer.inbound(3);
    RecordingReader reader = peer.read(busy, Long.MAX_VALUE);
    peer.advance(Duration.ofSeconds(1));
    var kept = new java.util.ArrayList<ByteBuf>();
    for (int i = 0; i < 500; i++) {
      ByteBuf chunk = ByteBufAllocator.DEFAULT.buffer(64 << 10);
      ByteBuf one = Frame.data(0, 1, 1).bytes(i);
      ByteBuf bulk = Frame.data(0, 3, 100).bytes(i);
      chunk.writeBytes(one).writeBytes(bulk);
      one.release();
      bulk.release();
      kept.add(chunk);
      peer.sendBytes(chunk);
    }
    assertThat(reader.bytes.size()).isEqualTo(50_000);
    assertThat(kept).as("read buffers that one byte keeps alive").allMatch(c -> c.refCnt() == 0);
    RecordingReader late = peer.read(peer.accepted.getFirst(), 1000);
    assertThat(late.bytes.size()).isEqualTo(500);
    assertThat(late.bytes.toByteArray()[499]).isEqualTo((byte) 499);
  }

  @Test
  void dropsInputAfterTheEnd() {
    RawPeer peer = peers.server();
    ByteBuf all = Unpooled.buffer();
    all.writeBytes(Frame.goAway(0).bytes(0)).writeBytes(Frame.data(Frame.SYN, 1, 10).bytes(0));
    peer.sendBytes(all);
    assertThat(peer.accepted).isEmpty();
    peer.send(Frame.data(Frame.SYN, 3, 10));
    assertThat(peer.accepted).isEmpty();
    assertThat(peer.closed).isCompletedWithValue(CloseReason.remote(ConnectionErrorCode.NO_ERROR));
  }
}
