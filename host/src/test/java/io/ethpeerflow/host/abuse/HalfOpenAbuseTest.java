package io.ethpeerflow.host.abuse;

import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import io.ethpeerflow.testkit.relay.TcpRelay;
import org.junit.jupiter.api.Test;

/** Peers that are cut off without a FIN: nothing tells the victim but its own pings. */
class HalfOpenAbuseTest extends AbuseTest {
  @Override
  VictimSettings settings() {
    return VictimSettings.HASTY;
  }

  @Test
  void peersThatVanishWithoutAWordAreGivenUp() throws Exception {
    TcpRelay relay = keep(new TcpRelay(victim().address(), 1));
    int count = 10;
    for (int i = 0; i < count; i++) {
      RawPeer peer =
          keep(RawPeer.reach(HandshakeStage.ESTABLISHED, relay.address(), Identity.create(), SOON));
      int stream = peer.open(VictimProgram.SOURCE.toString());
      peer.send(YamuxFrame.update(0, stream, 1 << 20));
    }
    relay.goSilent();
    awaitSaid(count, "connection closed by=FAILURE", "no answer to a ping and no other input");
    awaitSaid(count, "stream /victim/source/1.0.0 ended ConnectionEnded");
    awaitIdle();
  }

  @Test
  void peersThatVanishInTheHandshakeAreGivenUp() throws Exception {
    TcpRelay relay = keep(new TcpRelay(victim().address(), 2));
    for (HandshakeStage stage : HandshakeStage.values()) {
      if (stage.isUpgrading()) {
        keep(RawPeer.reach(stage, relay.address(), Identity.create(), SOON));
      }
    }
    relay.goSilent();
    awaitSaid(10, "inbound upgrade did not finish within");
    awaitIdle();
  }

  @Test
  void aPeerThatEndsItsSideAndReadsNothingIsGivenUp() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    int stream = peer.open(VictimProgram.SOURCE.toString());
    peer.send(YamuxFrame.update(0, stream, 64 << 20));
    peer.socket().endWriting();
    awaitSaid(1, "stream /victim/source/1.0.0 ended ConnectionEnded");
    awaitIdle();
  }
}
