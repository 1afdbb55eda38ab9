package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.RemoteEndedException;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import io.ethpeerflow.testkit.await.Await;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an authenticated peer may do with frames of Yamux, and how that ends. */
class StreamAbuseTest extends AbuseTest {
  private static final long PROTOCOL_ERROR = 1;
  private static final long RESOURCE_LIMIT = 0x1002;

  @Override
  VictimSettings settings() {
    return VictimSettings.DEFAULT;
  }

  @Test
  void aPeerThatOverrunsTheWindowOfAStreamIsDisconnected() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    int stream = peer.open(VictimProgram.HOARD.toString());
    byte[] part = new byte[64 << 10];
    for (int sent = 0; sent <= YamuxFrame.INITIAL_WINDOW_BYTES; sent += part.length) {
      peer.send(YamuxFrame.data(0, stream, part));
    }
    assertThat(peer.awaitGoAway()).isEqualTo(PROTOCOL_ERROR);
    awaitSaid(1, "connection closed by=FAILURE", "DATA stream=1 length=65536 exceeds the");
    awaitIdle();
  }

  @Test
  void aPeerThatFloodsPingsIsDisconnected() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    byte[] pings = Bytes.repeat(YamuxFrame.ping(YamuxFrame.SYN, 7).encode(), 5_000);
    readInBackground(peer);
    assertThatThrownBy(() -> writeForEver(peer, pings)).isInstanceOf(RemoteEndedException.class);
    awaitSaid(1, "by=FAILURE", "pings beyond 2097152 wasted bytes");
    awaitIdle();
  }

  @Test
  void aPeerThatAnnouncesMoreThanTheWindowIsDisconnectedBeforeItSendsIt() {
    RawPeer first = attacker(HandshakeStage.ESTABLISHED);
    first.send(YamuxFrame.claim(YamuxFrame.SYN, first.takeStreamId(), 262_145));
    assertThat(first.awaitGoAway()).isEqualTo(PROTOCOL_ERROR);
    RawPeer second = attacker(HandshakeStage.ESTABLISHED);
    int stream = second.open(VictimProgram.HOARD.toString());
    second.send(YamuxFrame.claim(0, stream, 0xffff_ffffL));
    assertThat(second.awaitGoAway()).isEqualTo(PROTOCOL_ERROR);
    awaitSaid(1, "by=FAILURE", "length=262145 exceeds the 262144 bytes granted");
    awaitSaid(1, "by=FAILURE", "length=4294967295 exceeds the");
    awaitIdle();
  }

  @Test
  void aPayloadThatIsAnnouncedAndNeverComesHoldsNoMemory() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    peer.open(VictimProgram.HOARD.toString());
    long before = victim().memory().get("pinned");
    peer.send(YamuxFrame.claim(YamuxFrame.SYN, peer.takeStreamId(), 262_144));
    Await.until("stream is open", SOON, () -> victim().usage().get("streams") >= 2);
    assertThat(victim().memory().get("pinned")).isLessThan(before + (64 << 10));
  }

  @Test
  void streamsPastTheBacklogAreAllServedWhileTheyAreWithinTheLimits() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    int count = 300;
    int last = 0;
    for (int i = 0; i < count; i++) {
      last = peer.openUnanswered(VictimProgram.HOARD.toString());
    }
    Set<Integer> acknowledged = new HashSet<>();
    while (acknowledged.size() < count) {
      acknowledged.add(peer.await(frame -> frame.has(YamuxFrame.ACK)).streamId());
    }
    assertThat(acknowledged).contains(1, last);
    assertThat(victim().usage().get("streams")).isGreaterThanOrEqualTo(count);
  }

  @Test
  void streamsAboveTheLimitAreRefusedWithTheReasonAndTheOthersGoOn() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    int served = peer.open(Echo.PROTOCOL.toString());
    YamuxFrame[] flood = new YamuxFrame[2_000];
    for (int i = 0; i < flood.length; i++) {
      flood[i] = YamuxFrame.update(YamuxFrame.SYN, peer.takeStreamId(), 0);
    }
    peer.send(flood);
    assertThat(peer.awaitReset(flood[flood.length - 1].streamId())).isEqualTo(RESOURCE_LIMIT);
    assertThat(victim().usage().get("streams")).isBetween(1_000L, 1_100L);
    awaitSaid(900, "counter peerflow.yamux.streams.refused");
    peer.send(YamuxFrame.data(0, served, Bytes.of(1, 2, 3)));
    assertThat(peer.await(frame -> frame.streamId() == served && frame.length() == 3).payload())
        .isEqualTo(Bytes.of(1, 2, 3));
  }

  @Test
  void aPeerThatGoesOnToOpenStreamsAboveItsLimitIsDisconnected() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    assertThatThrownBy(
            () -> {
              while (true) {
                YamuxFrame[] flood = new YamuxFrame[500];
                for (int i = 0; i < flood.length; i++) {
                  flood[i] = YamuxFrame.update(YamuxFrame.SYN, peer.takeStreamId(), 0);
                }
                peer.send(flood);
                int last = flood[flood.length - 1].streamId();
                peer.await(frame -> frame.streamId() == last);
              }
            })
        .isInstanceOf(RemoteEndedException.class);
    awaitSaid(1, "by=FAILURE", "streams reset or refused beyond 2048 and 128 per second");
    awaitIdle();
  }

  @Test
  void aPeerThatOpensStreamsAboveItsLimitAndReadsNothingIsDisconnected() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    YamuxFrame[] flood = new YamuxFrame[1_000];
    assertThatThrownBy(
            () -> {
              while (true) {
                for (int i = 0; i < flood.length; i++) {
                  flood[i] = YamuxFrame.update(YamuxFrame.SYN, peer.takeStreamId(), 0);
                }
                peer.send(flood);
              }
            })
        .isInstanceOf(RemoteEndedException.class);
    awaitSaid(1, "by=FAILURE code=0x1002");
    awaitIdle();
  }

  @Test
  void aPeerThatOpensAndResetsInALoopIsDisconnected() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    readInBackground(peer);
    assertThatThrownBy(
            () -> {
              while (true) {
                int stream = peer.openUnanswered(Echo.PROTOCOL.toString());
                peer.send(YamuxFrame.update(YamuxFrame.RST, stream, 0));
              }
            })
        .isInstanceOf(RemoteEndedException.class);
    awaitSaid(1, "by=FAILURE", "streams reset or refused beyond 2048 and 128 per second");
    awaitIdle();
  }

  @Test
  void aGoAwayInMidTransferEndsAllStreamsAndReleasesWhatTheyHeld() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    for (int i = 0; i < 8; i++) {
      int stream = peer.open(VictimProgram.SOURCE.toString());
      peer.send(YamuxFrame.update(0, stream, 1 << 20));
    }
    peer.await(frame -> frame.type() == YamuxFrame.DATA && frame.length() > 1_000);
    peer.send(YamuxFrame.goAway(0));
    assertThat(peer.socket().awaitEnd(SOON)).isNotNull();
    awaitSaid(1, "connection closed by=REMOTE");
    awaitSaid(8, "stream /victim/source/1.0.0 ended ConnectionEnded");
    awaitIdle();
  }

  private static void writeForEver(RawPeer peer, byte[] frames) {
    while (true) {
      peer.secured().write(frames);
    }
  }
}
