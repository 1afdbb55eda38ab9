package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.attack.AttackSocket;
import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.Multistream;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.RemoteEndedException;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What takes its time, against a victim with the deadlines that are shipped: all of it within one
 * minute, at the same time.
 */
@Timeout(240)
class MinuteAbuseTest extends AbuseTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final int DEAF = 8;

  /** What memory may move while nothing is taken: pings and their answers. */
  private static final long FLAT_BYTES = 1 << 20;

  @Override
  VictimSettings settings() {
    return VictimSettings.DEFAULT;
  }

  /** Writes one byte a second until the victim ends the connection. */
  private static final class Drip {
    private final String what;
    private final AttackSocket socket;
    private final byte[] bytes;
    private int next;
    private int endedAfter;

    Drip(String what, AttackSocket socket, byte[] bytes) {
      this.what = what;
      this.socket = socket;
      this.bytes = bytes;
    }

    void beat(int second) {
      if (endedAfter > 0) {
        return;
      }
      try {
        if (socket.hasEnded()) {
          endedAfter = second;
        } else if (next < bytes.length) {
          socket.writeSome(Bytes.of(bytes[next++]), 0);
        }
      } catch (RemoteEndedException end) {
        endedAfter = second;
      }
    }
  }

  @Test
  void aMinuteOfPeersThatReadNothingOrSendAByteASecond() throws Exception {
    List<RawPeer> deaf = new ArrayList<>();
    for (int i = 0; i < DEAF; i++) {
      RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
      int stream = peer.openUnanswered(VictimProgram.SOURCE.toString());
      peer.send(YamuxFrame.update(0, stream, 1 << 30));
      deaf.add(peer);
    }
    List<Drip> drips = drips();
    RawPeer slowStream = attacker(HandshakeStage.ESTABLISHED);
    int slow = slowStream.takeStreamId();
    byte[] proposal = RawPeer.proposal(RawPeer.PING);
    RawPeer slowSpeaker = attacker(HandshakeStage.ESTABLISHED);
    int asked = slowSpeaker.accept().id();

    List<Long> pinned = new ArrayList<>();
    everySecond(
        second -> {
          drips.forEach(drip -> drip.beat(second));
          // the deaf ones go on to say that they live, so that only memory can tell
          deaf.forEach(peer -> peer.send(YamuxFrame.ping(YamuxFrame.ACK, 0xffff_0000L)));
          if (second <= 9) {
            slowStream.send(
                YamuxFrame.data(
                    second == 1 ? YamuxFrame.SYN : 0, slow, Bytes.of(proposal[second - 1])));
          }
          if (second <= 4) {
            slowSpeaker.send(YamuxFrame.data(0, asked, Bytes.of(second == 1 ? 100 : 0)));
          }
          if (second >= 10 && second % 5 == 0) {
            pinned.add(victim().memory().get("pinned"));
          }
        });

    assertThat(drips)
        .allSatisfy(drip -> assertThat(drip.endedAfter).as(drip.what).isBetween(1, 40));
    awaitSaid(drips.size(), "inbound upgrade did not finish within PT15S");
    assertThat(slowStream.awaitReset(slow)).as("NEGOTIATION_FAILED").isEqualTo(0x1001);
    awaitSaid(1, "identify failed");
    long least = pinned.stream().mapToLong(Long::longValue).min().orElseThrow();
    long most = pinned.stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat(most - least).as("memory by time: %s", pinned).isLessThan(FLAT_BYTES);
    assertThat(victim().usage().get("connections")).isGreaterThanOrEqualTo(DEAF);
    assertHonestPeersAreServed();
  }

  private List<Drip> drips() {
    List<Drip> drips = new ArrayList<>();
    byte[] header = Multistream.message(Multistream.HEADER);
    for (HandshakeStage stage :
        List.of(
            HandshakeStage.CONNECTED,
            HandshakeStage.AFTER_HEADER,
            HandshakeStage.SECURITY_AGREED,
            HandshakeStage.AFTER_MESSAGE_2)) {
      RawPeer peer = keep(RawPeer.reach(stage, victim().address(), Identity.create(), SOON));
      drips.add(
          switch (stage) {
            case CONNECTED -> new Drip("header", peer.socket(), header);
            case AFTER_HEADER ->
                new Drip(
                    "proposal", peer.socket(), Multistream.message(RawPeer.NOISE + "x".repeat(50)));
            case SECURITY_AGREED -> new Drip("message 1", peer.socket(), peer.noise().message1());
            default ->
                new Drip(
                    "message 3",
                    peer.socket(),
                    peer.noise().message3(peer.identity().noisePayload(peer.noise().staticKey())));
          });
    }
    AttackSocket tls = keep(AttackSocket.connect(victim().address(), SOON));
    Multistream.propose(tls, "/tls/1.0.0");
    drips.add(
        new Drip(
            "ClientHello",
            tls,
            Bytes.join(Bytes.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3), new byte[500])));
    return drips;
  }

  private static void everySecond(Consumer<Integer> action) {
    long startNanos = System.nanoTime();
    for (int second = 1; second <= MINUTE.toSeconds(); second++) {
      long dueNanos = second * BEAT.toNanos();
      Await.until("the next second", SOON, () -> System.nanoTime() - startNanos >= dueNanos);
      action.accept(second);
    }
  }
}
