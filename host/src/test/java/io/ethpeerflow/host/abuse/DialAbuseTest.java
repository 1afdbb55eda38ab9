package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** Addresses that lead nowhere: the sockets of dials that are given up or lost are closed. */
class DialAbuseTest extends AbuseTest {
  private static final int BACKLOG = 4096;
  private static final int AT_ONCE = 50;

  @Override
  VictimSettings settings() {
    return VictimSettings.DEFAULT;
  }

  /** Listens, and neither accepts nor answers. */
  private Multiaddr silentListener() throws Exception {
    var socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    keep(socket);
    return Multiaddr.ofTcp((InetSocketAddress) socket.getLocalSocketAddress());
  }

  @Test
  void aThousandDialsThatAreGivenUpLeaveNoSocket() throws Exception {
    Multiaddr silent = silentListener();
    for (int i = 0; i < 1_000 / AT_ONCE; i++) {
      assertThat(victim().ask("dial " + AT_ONCE + " 100 - " + silent))
          .isEqualTo("cancelled=" + AT_ONCE + " failed=0 connected=0");
      awaitIdle();
    }
    assertThat(victim().descriptors()).isLessThanOrEqualTo(descriptorsBefore());
  }

  @Test
  void aThousandDialsThatLoseLeaveNoSocket() throws Exception {
    StringBuilder addresses = new StringBuilder();
    for (int i = 0; i < 7; i++) {
      addresses.append(silentListener()).append(' ');
    }
    int rounds = 143;
    try (Host winner = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start().join()) {
      addresses.append(winner.addrInfo().addresses().get(0));
      for (int i = 0; i < rounds; i++) {
        assertThat(victim().ask("dial 1 20000 " + winner.id() + " " + addresses))
            .isEqualTo("cancelled=0 failed=0 connected=1");
      }
    }
    awaitIdle();
    assertThat(victim().descriptors()).isLessThanOrEqualTo(descriptorsBefore());
  }

  @Test
  void aThousandDialsThatAreRefusedLeaveNoSocket() throws Exception {
    Multiaddr nobody = silentListener();
    releaseAttackers();
    for (int i = 0; i < 1_000 / AT_ONCE; i++) {
      assertThat(victim().ask("dial " + AT_ONCE + " 20000 - " + nobody))
          .isEqualTo("cancelled=0 failed=" + AT_ONCE + " connected=0");
    }
    awaitSaid(1, "dial failed", "refused");
    awaitIdle();
  }
}
