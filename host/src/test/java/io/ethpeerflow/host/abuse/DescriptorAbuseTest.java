package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.attack.AttackSocket;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A victim whose process may open fewer descriptors than its limits think. */
class DescriptorAbuseTest extends AbuseTest {
  private static final int PROCESS_LIMIT = 160;

  @Override
  VictimSettings settings() {
    return VictimSettings.DEFAULT.withConnections(1_000, 1_000, 16);
  }

  @Override
  Victim start(VictimSettings settings) {
    return Victim.start(
        settings, List.of("sh", "-c", "ulimit -n " + PROCESS_LIMIT + "; exec \"$0\" \"$@\""));
  }

  @Test
  void outOfDescriptorsItWaitsAndThenAcceptsAgain() throws Exception {
    List<AttackSocket> sockets = new ArrayList<>();
    for (int i = 0; i < 2 * PROCESS_LIMIT; i++) {
      sockets.add(keep(AttackSocket.connect(victim().address(), SOON)));
    }
    awaitSaid(1, "cannot accept", "Too many open files");
    Duration usedBefore = victim().processorTime();
    long startNanos = System.nanoTime();
    Await.until("some seconds", SOON, () -> System.nanoTime() - startNanos > 4_000_000_000L);
    assertThat(victim().processorTime().minus(usedBefore)).isLessThan(Duration.ofSeconds(2));
    assertThat(victim().timesSaid("cannot accept")).isEqualTo(1);
    assertThat(victim().timesSaid("counter peerflow.tcp.accept.failed")).isBetween(2L, 50L);
    for (AttackSocket socket : sockets) {
      socket.close();
    }
    awaitIdle();
    assertHonestPeersAreServed();
  }
}
