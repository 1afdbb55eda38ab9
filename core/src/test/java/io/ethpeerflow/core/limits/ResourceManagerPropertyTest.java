package io.ethpeerflow.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Any order of opening, assigning, reserving, returning and closing keeps the books right. */
class ResourceManagerPropertyTest {
  private static final int PEERS = 3;
  private static final List<ProtocolId> PROTOCOLS =
      List.of(ProtocolId.of("/a"), ProtocolId.of("/b"), ProtocolId.of("/c"));
  private static final int CHUNK_BYTES = 1024;

  /** A connection with what the model believes it holds. */
  private static final class Held {
    final ConnectionScope scope;
    final Direction direction;
    boolean assigned;
    long bytes;
    final List<HeldStream> streams = new ArrayList<>();

    Held(ConnectionScope scope, Direction direction) {
      this.scope = scope;
      this.direction = direction;
    }
  }

  /** A stream with what the model believes it holds. */
  private static final class HeldStream {
    final StreamScope scope;
    boolean assigned;
    long bytes;

    HeldStream(StreamScope scope) {
      this.scope = scope;
    }
  }

  private static LimitsConfig tightLimits(SeededRandom random) {
    long memoryBytes = 40_000L + random.nextInt(40_000);
    ScopeLimits system = new ScopeLimits(5, 5, 7, 12, 12, 20, memoryBytes, 4 + random.nextInt(3));
    return new LimitsConfig(
        system,
        new ScopeLimits(3, 3, 4, 6, 6, 8, memoryBytes / 3, 4),
        new ScopeLimits(2, 2, 3, 8, 8, 12, memoryBytes / 2, 3),
        ScopeLimits.ofStreams(6, 6, 9, memoryBytes / 2),
        ScopeLimits.ofStreams(4, 4, 5, memoryBytes / 3),
        ScopeLimits.ofStreams(4, 4, 6, memoryBytes / 3),
        memoryBytes / 5,
        CHUNK_BYTES,
        Map.of(TestIdentities.peer(2), new ScopeLimits(1, 0, 1, 2, 2, 2, 5000, 1)),
        Map.of(PROTOCOLS.get(2), ScopeLimits.ofStreams(1, 1, 1, 3000)));
  }

  @Test
  void neverGoesOverALimitNorBelowZeroAndEndsAtZero() {
    Seeds.check(
        150,
        random -> {
          var manager = new ResourceManager(tightLimits(random), Metrics.NONE);
          List<Held> connections = new ArrayList<>();
          for (int step = 0; step < 300; step++) {
            step(random, manager, connections);
            check(manager, connections);
          }
          while (!connections.isEmpty()) {
            closeConnection(connections, random.nextInt(connections.size()));
            check(manager, connections);
          }
          assertThat(manager.usage().isIdle()).isTrue();
        });
  }

  private static void step(SeededRandom random, ResourceManager manager, List<Held> connections) {
    if (connections.isEmpty() || random.oneIn(8)) {
      Direction direction = random.pick(Direction.values());
      try {
        connections.add(
            new Held(manager.openConnection(direction, random.nextBoolean()), direction));
      } catch (P2pException refused) {
        return;
      }
    }
    int index = random.nextInt(connections.size());
    Held connection = connections.get(index);
    LimitsUsage before = manager.usage();
    try {
      switch (random.nextInt(10)) {
        case 0, 1 -> {
          if (!connection.assigned) {
            connection.scope.assignPeer(TestIdentities.peer(random.nextInt(PEERS)));
            connection.assigned = true;
          }
        }
        case 2, 3 -> {
          if (connection.assigned) {
            connection.streams.add(
                new HeldStream(connection.scope.openStream(random.pick(Direction.values()))));
          }
        }
        case 4 -> {
          long bytes = random.edgyLong(0, 20_000);
          connection.scope.reserveMemory(bytes);
          connection.bytes += bytes;
        }
        case 5 -> {
          long bytes = random.nextLong(connection.bytes + 1);
          connection.scope.releaseMemory(bytes);
          connection.bytes -= bytes;
        }
        case 6 -> {
          if (random.oneIn(4)) {
            closeConnection(connections, index);
          }
        }
        default -> {
          if (!connection.streams.isEmpty()) {
            streamStep(random, connection);
          }
        }
      }
    } catch (P2pException refused) {
      assertThat(manager.usage()).as("a refusal changes nothing: " + refused).isEqualTo(before);
    }
  }

  private static void streamStep(SeededRandom random, Held connection) {
    int index = random.nextInt(connection.streams.size());
    HeldStream stream = connection.streams.get(index);
    switch (random.nextInt(5)) {
      case 0 -> {
        if (!stream.assigned) {
          stream.scope.assignProtocol(random.pick(PROTOCOLS));
          stream.assigned = true;
        }
      }
      case 1, 2 -> {
        long bytes = random.edgyLong(0, 12_000);
        stream.scope.reserveMemory(bytes);
        stream.bytes += bytes;
      }
      case 3 -> {
        long bytes = random.nextLong(stream.bytes + 1);
        stream.scope.releaseMemory(bytes);
        stream.bytes -= bytes;
      }
      default -> {
        stream.scope.close();
        connection.streams.remove(index);
      }
    }
  }

  private static void closeConnection(List<Held> connections, int index) {
    connections.remove(index).scope.close();
  }

  private static void check(ResourceManager manager, List<Held> connections) {
    LimitsUsage usage = manager.usage();
    Stream.of(usage.peers(), usage.protocols(), usage.protocolPeers(), usage.connections())
        .flatMap(List::stream)
        .forEach(ResourceManagerPropertyTest::checkWithinLimits);
    checkWithinLimits(usage.system());
    checkWithinLimits(usage.transients());

    assertThat(usage.system().connections()).isEqualTo(connections.size());
    assertThat(usage.system().inboundConnections())
        .isEqualTo(
            (int) connections.stream().filter(c -> c.direction == Direction.INBOUND).count());
    assertThat(usage.transients().connections())
        .isEqualTo((int) connections.stream().filter(c -> !c.assigned).count());
    List<HeldStream> streams = connections.stream().flatMap(c -> c.streams.stream()).toList();
    assertThat(usage.system().streams()).isEqualTo(streams.size());
    assertThat(usage.transients().streams())
        .isEqualTo((int) streams.stream().filter(s -> !s.assigned).count());
    assertThat(usage.protocols().stream().mapToInt(ScopeUsage::streams).sum())
        .isEqualTo((int) streams.stream().filter(s -> s.assigned).count());

    long usedBytes =
        connections.stream().mapToLong(c -> c.bytes).sum()
            + streams.stream().mapToLong(s -> s.bytes).sum();
    long slackBytes = 3L * CHUNK_BYTES * connections.size();
    assertThat(usage.system().memoryBytes()).isBetween(usedBytes, usedBytes + slackBytes);
    assertThat(
            usage.peers().stream().mapToLong(ScopeUsage::memoryBytes).sum()
                + connections.stream().filter(c -> !c.assigned).mapToLong(c -> c.bytes).sum())
        .isLessThanOrEqualTo(usage.system().memoryBytes());
  }

  private static void checkWithinLimits(ScopeUsage use) {
    ScopeLimits limits = use.limits();
    if (!use.scope().startsWith("connection:")) {
      assertThat(use.inboundConnections()).isBetween(0, limits.inboundConnections());
      assertThat(use.outboundConnections()).isBetween(0, limits.outboundConnections());
      assertThat(use.connections()).isBetween(0, limits.connections());
      assertThat(use.descriptors()).isBetween(0, limits.descriptors());
      assertThat(use.memoryBytes()).isBetween(0L, limits.memoryBytes());
    }
    assertThat(use.inboundStreams()).isBetween(0, limits.inboundStreams());
    assertThat(use.outboundStreams()).isBetween(0, limits.outboundStreams());
    assertThat(use.streams()).isBetween(0, limits.streams());
  }
}
