package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import org.junit.jupiter.api.Test;

/** The attacker speaks the protocols: as long as it behaves it is served like anybody. */
class RawPeerTest extends AbuseTest {
  @Override
  VictimSettings settings() {
    return VictimSettings.DEFAULT;
  }

  @Test
  void aRawPeerThatBehavesIsServed() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    assertPingIsAnswered(peer);
  }

  @Test
  void aRawPeerThatAgreesOnTheMuxerWithinTheHandshakeIsServed() {
    RawPeer peer = keep(RawPeer.connect(victim().address(), null, Identity.create(), SOON));
    assertPingIsAnswered(peer);
  }

  private static void assertPingIsAnswered(RawPeer peer) {
    int stream = peer.open(RawPeer.PING);
    byte[] payload = new byte[32];
    payload[31] = 7;
    peer.send(YamuxFrame.data(0, stream, payload));
    YamuxFrame answer = peer.await(frame -> frame.streamId() == stream && frame.length() > 0);
    assertThat(answer.payload()).isEqualTo(payload);
  }
}
