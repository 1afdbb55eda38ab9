package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.attack.AttackSocket;
import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Multistream;
import io.ethpeerflow.testkit.attack.RawPeer;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Peers that stall: at every stage from the socket to a stream a deadline ends them. */
class HandshakeAbuseTest extends AbuseTest {
  private static final String LATE = "inbound upgrade did not finish within PT1.5S";

  @Override
  VictimSettings settings() {
    return VictimSettings.HASTY;
  }

  @Test
  void aPeerThatStallsAtAnyStageOfTheHandshakeIsGivenUp() {
    Map<HandshakeStage, RawPeer> stalling = new EnumMap<>(HandshakeStage.class);
    for (HandshakeStage stage : HandshakeStage.values()) {
      if (stage.isUpgrading()) {
        stalling.put(stage, attacker(stage));
      }
    }
    assertThat(victim().usage()).containsEntry("connections", (long) stalling.size());
    stalling.forEach(
        (stage, peer) -> assertThat(peer.socket().awaitEnd(SOON)).as("%s", stage).isNotNull());
    awaitSaid(stalling.size(), LATE);
    awaitIdle();
  }

  @Test
  void aPeerThatStallsWithinTheNegotiationOfAStreamLosesThatStreamAndKeepsTheRest() {
    RawPeer peer = attacker(HandshakeStage.WITHIN_STREAM_HEADER);
    assertThat(peer.awaitReset(1)).as("NEGOTIATION_FAILED").isEqualTo(0x1001);
    peer.open(RawPeer.PING);
  }

  @Test
  void aPeerThatStallsWithinItsClientHelloIsGivenUp() {
    AttackSocket socket = keep(AttackSocket.connect(victim().address(), SOON));
    Multistream.propose(socket, "/tls/1.0.0");
    // a handshake record of 512 bytes, in it a ClientHello of 508, of which the version comes
    socket.write(Bytes.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3));
    assertThat(socket.awaitEnd(SOON)).isNotNull();
    awaitSaid(1, LATE);
    awaitIdle();
  }
}
