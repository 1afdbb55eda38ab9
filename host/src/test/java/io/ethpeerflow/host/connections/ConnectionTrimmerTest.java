package io.ethpeerflow.host.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Water marks, tags, protection and grace, with connections over real TCP. */
@Timeout(60)
class ConnectionTrimmerTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private static Host bounded(ConnectionsConfig config) {
    return Libp2p.host()
        .config(HostConfig.DEFAULT.withConnections(config))
        .listen("/ip4/127.0.0.1/tcp/0")
        .start()
        .join();
  }

  private static Set<PeerId> peers(Host host) {
    return host.connections().stream().map(Connection::remotePeer).collect(Collectors.toSet());
  }

  /** Dialers that are closed together. */
  private static final class Crowd implements AutoCloseable {
    final List<Host> hosts = new ArrayList<>();

    Crowd(int size) {
      for (int i = 0; i < size; i++) {
        hosts.add(Libp2p.host().start().join());
      }
    }

    PeerId id(int index) {
      return hosts.get(index).id();
    }

    Connection connect(int index, Host to) throws Exception {
      return hosts.get(index).connect(to.addrInfo()).get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      hosts.forEach(Host::close);
    }
  }

  @Test
  void trimsTheLowestTagsDownToTheLowMarkAndSaysWhy() throws Exception {
    var marks = ConnectionsConfig.DEFAULT.withWaterMarks(2, 4).withGrace(Duration.ZERO);
    try (Host host = bounded(marks);
        var crowd = new Crowd(5)) {
      host.connectionManager().protect(crowd.id(0), "validator");
      host.connectionManager().tag(crowd.id(1), "useful", 100);
      host.connectionManager().tag(crowd.id(2), "useful", 10);
      var ends = new ArrayList<Connection>();
      for (int i = 0; i < 4; i++) {
        ends.add(crowd.connect(i, host));
      }
      Await.until("four are there", SOON, () -> host.connections().size() == 4);
      ends.add(crowd.connect(4, host));

      Await.until("two are left", SOON, () -> host.connections().size() == 2);
      assertThat(peers(host)).containsExactlyInAnyOrder(crowd.id(0), crowd.id(1));
      assertThat(ends.get(2).closed().get(20, TimeUnit.SECONDS).code())
          .isEqualTo(ConnectionErrorCode.GARBAGE_COLLECTED);
    }
  }

  @Test
  void leavesConnectionsAloneThatAreYoungerThanTheGrace() throws Exception {
    var marks = ConnectionsConfig.DEFAULT.withWaterMarks(0, 1).withGrace(Duration.ofHours(1));
    try (Host host = bounded(marks);
        var crowd = new Crowd(3)) {
      for (int i = 0; i < 3; i++) {
        crowd.connect(i, host);
      }
      Await.until("three are there", SOON, () -> host.connections().size() == 3);
      host.connectionManager().trim();
      // what a trim does it does on the host's loop, where this dial's events come after it
      Host fourth = Libp2p.host().start().join();
      crowd.hosts.add(fourth);
      crowd.connect(3, host);
      Await.until("four are there", SOON, () -> host.connections().size() == 4);
    }
  }
}
