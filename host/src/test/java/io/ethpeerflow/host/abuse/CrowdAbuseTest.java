package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.attack.AttackSocket;
import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.RemoteEndedException;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import io.ethpeerflow.testkit.await.Await;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More connections than the victim allows: from everywhere, from one peer, half open, dying. */
@Timeout(240)
class CrowdAbuseTest extends AbuseTest {
  private static final int LIMIT = 100;
  private static final int HANDSHAKES = 48;
  private static final int PER_PEER = 16;
  private static final int CROWD = 10_000;

  @Override
  VictimSettings settings() {
    return VictimSettings.DEFAULT.withConnections(LIMIT, HANDSHAKES, PER_PEER);
  }

  /** Connects; null when the victim was quicker to refuse than this side to look. */
  private AttackSocket tryConnect(int number) throws Exception {
    byte[] source = {127, 0, 0, (byte) (1 + number % 100)};
    try {
      return AttackSocket.connect(victim().address(), InetAddress.getByAddress(source), SOON);
    } catch (UncheckedIOException refused) {
      return null;
    }
  }

  private void assertDescriptorsWithinTheLimit() {
    // a refused one is open for a moment
    assertThat(victim().descriptors() - descriptorsBefore()).isLessThanOrEqualTo(LIMIT + 8);
  }

  @Test
  void tenThousandConnectionsAgainstALimitOfAHundredAreRefusedAndTheHundredLive() throws Exception {
    List<RawPeer> admitted = new ArrayList<>();
    for (int i = 0; i < LIMIT; i++) {
      admitted.add(attacker(HandshakeStage.STREAM_AGREED));
    }
    assertThat(victim().usage()).containsEntry("connections", (long) LIMIT);
    List<AttackSocket> refused = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      AttackSocket socket = tryConnect(i);
      if (socket != null) {
        refused.add(socket);
      }
      if (i % 500 == 499) {
        assertDescriptorsWithinTheLimit();
        assertRefused(refused);
        refused.clear();
      }
    }
    awaitSaid(CROWD - LIMIT, "counter peerflow.tcp.accept.refused");
    awaitSaid(CROWD - LIMIT, "inbound connection refused", "of scope system reached: 100 in use");
    assertThat(victim().usage()).containsEntry("connections", (long) LIMIT);
    for (RawPeer peer : admitted) {
      peer.send(YamuxFrame.data(0, 1, new byte[32]));
      peer.await(frame -> frame.streamId() == 1 && frame.length() == 32);
      peer.close();
    }
  }

  private static void assertRefused(List<AttackSocket> sockets) {
    for (AttackSocket socket : sockets) {
      assertThat(socket.awaitEnd(SOON)).isNotNull();
      socket.close();
    }
  }

  @Test
  void connectionsThatNeverShakeHandsTakeNoMoreThanTheShareOfHandshakes() throws Exception {
    List<AttackSocket> silent = new ArrayList<>();
    for (int i = 0; i < 3 * HANDSHAKES; i++) {
      AttackSocket socket = tryConnect(i);
      if (socket != null) {
        silent.add(keep(socket));
      }
    }
    awaitSaid(2 * HANDSHAKES, "inbound connection refused", "of scope transient reached");
    assertThat(victim().usage().get("transients")).isLessThanOrEqualTo(HANDSHAKES);
    assertThat(victim().usage().get("connections")).isLessThan(LIMIT);
    assertThat(silent).isNotEmpty();
  }

  @Test
  void connectionsThatAreBeingClosedStillCountAgainstTheLimit() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      AttackSocket socket = tryConnect(i);
      if (socket == null) {
        continue;
      }
      keep(socket);
      try {
        socket.write(Bytes.of(0xff, 0xff, 0xff));
      } catch (RemoteEndedException refusedAtOnce) {
        socket.close();
      }
      if (i % 50 == 49) {
        assertDescriptorsWithinTheLimit();
      }
    }
    awaitSaid(1, "multistream length prefix of more than 2 bytes");
  }

  @Test
  void aThousandConnectionsOfOnePeerTakeNoMoreThanItsShare() {
    Identity one = Identity.create();
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      try {
        peers.add(keep(RawPeer.connect(victim().address(), null, one, SOON)));
      } catch (RemoteEndedException | UncheckedIOException refusedAtOnce) {
        continue;
      }
      if (i % 100 == 99) {
        assertThat(victim().usage().get("connections")).isLessThanOrEqualTo(PER_PEER + HANDSHAKES);
        assertThat(victim().usage().get("peers")).isEqualTo(1);
      }
    }
    Await.until("the others are gone", SOON, () -> victim().usage().get("connections") == PER_PEER);
    awaitSaid(1, "inbound upgrade failed", "of scope peer:PEER reached: 16 in use");
    // a refused one counts as in handshake until its socket is closed, so some are refused as that
    awaitSaid(900, "counter limits.refused");
    assertThat(peers.stream().filter(peer -> !peer.socket().hasEnded())).hasSize(PER_PEER);
  }
}
