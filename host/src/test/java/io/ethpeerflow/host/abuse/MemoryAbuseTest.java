package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import io.ethpeerflow.testkit.await.Await;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Peers that make the victim hold bytes: the budget is what it says. */
class MemoryAbuseTest extends AbuseTest {
  private static final int BUDGET_MEBIBYTES = 16;
  private static final long BUDGET_BYTES = (long) BUDGET_MEBIBYTES << 20;

  /** What a connection holds beside its budget: records under way, what a socket was asked for. */
  private static final long UNCHARGED_PER_CONNECTION_BYTES = 128 << 10;

  /** Of its charge, what a queue of received bytes keeps alive at most. */
  private static final int PINNED_FACTOR = 2;

  @Override
  VictimSettings settings() {
    return VictimSettings.DEFAULT.withMemoryMebibytes(BUDGET_MEBIBYTES);
  }

  /** Streams that transfer, all of which the victim would have to hold. */
  private RawPeer hoarder(int streams) {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    for (int i = 0; i < streams; i++) {
      peer.openUnanswered(VictimProgram.HOARD.toString());
    }
    byte[] part = new byte[32 << 10];
    for (int sent = 0; sent < YamuxFrame.INITIAL_WINDOW_BYTES - (64 << 10); sent += part.length) {
      for (int i = 0; i < streams; i++) {
        peer.send(YamuxFrame.data(0, 1 + 2 * i, part));
      }
    }
    return peer;
  }

  @Test
  void fiveHundredStreamsThatExceedTheMemoryOfTheirPeerAreRefusedAndOthersGoOn() throws Exception {
    try (Host honest = Libp2p.host().start().join()) {
      Connection before = Await.done(SOON, honest.connect(victim().addrInfo()));
      assertEchoed(Await.done(SOON, before.openStream(Echo.PROTOCOL)));
      hoarder(500);
      awaitSaid(1, "limits.refused", "limit memoryBytes");
      awaitSaid(1, "stream /victim/hoard/1.0.0 ended Reset[code=0x1002");
      assertThat(victim().usage().get("memory")).isLessThanOrEqualTo(BUDGET_BYTES);
      assertThat(victim().memory().get("pinned"))
          .isLessThanOrEqualTo(PINNED_FACTOR * BUDGET_BYTES + 3 * UNCHARGED_PER_CONNECTION_BYTES);
      assertEchoed(Await.done(SOON, before.openStream(Echo.PROTOCOL)));
      assertHonestPeersAreServed();
    }
  }

  @Test
  void peersThatExceedTheMemoryOfAProtocolTogetherAreRefusedByItsName() {
    for (int i = 0; i < 6; i++) {
      hoarder(80);
    }
    awaitSaid(1, "limits.refused scope protocol limit memoryBytes");
    assertThat(victim().usage().get("memory")).isLessThanOrEqualTo(BUDGET_BYTES);
  }

  @Test
  void peersThatReadNothingMakeTheVictimHoldNoMoreThanItsBudget() {
    int deaf = 40;
    for (int i = 0; i < deaf; i++) {
      RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
      int stream = peer.openUnanswered(VictimProgram.SOURCE.toString());
      peer.send(YamuxFrame.update(0, stream, 1 << 30));
    }
    var pinned = new AtomicLong();
    // until their sockets are full, and all that remains is what the victim holds
    Await.until(
        "nothing moves any more",
        SOON,
        () -> {
          long now = victim().memory().get("pinned");
          return now > BUDGET_BYTES / 4 && pinned.getAndSet(now) == now;
        });
    assertThat(pinned.get())
        .isLessThanOrEqualTo(victim().usage().get("memory") + deaf * UNCHARGED_PER_CONNECTION_BYTES)
        .isLessThanOrEqualTo(BUDGET_BYTES + deaf * UNCHARGED_PER_CONNECTION_BYTES);
  }
}
