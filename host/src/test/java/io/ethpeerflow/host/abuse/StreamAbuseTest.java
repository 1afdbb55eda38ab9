package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.RemoteEndedException;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import org.junit.jupiter.api.Test;

/** What an authenticated peer may do with frames of Yamux, and how that ends. */
class StreamAbuseTest extends AbuseTest {
  private static final long PROTOCOL_ERROR = 1;

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
    assertThatThrownBy(() -> writeForEver(peer, pings)).isInstanceOf(RemoteEndedException.class);
    awaitSaid(1, "by=FAILURE", "pings beyond 33554432 wasted bytes");
    awaitIdle();
  }

  private static void writeForEver(RawPeer peer, byte[] frames) {
    while (true) {
      peer.secured().write(frames);
    }
  }
}
