package io.ethpeerflow.core.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.suite.RecordingMetrics;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What remotes can cause without end must stay cheap and leave nothing behind. */
class ResourceManagerFloodTest {
  private static final int FLOOD = 100_000;
  private static final LimitsConfig LIMITS =
      LimitsConfig.scaled(16 << 20, 64).withMemoryChunkBytes(4096);

  private final RecordingMetrics metrics = new RecordingMetrics();

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().threadId());
  }

  /** Runs a step many times and returns how much heap one took, warmed up. */
  private static long bytesPerStep(Runnable step) {
    for (int i = 0; i < FLOOD; i++) {
      step.run();
    }
    long before = allocatedBytes();
    for (int i = 0; i < FLOOD; i++) {
      step.run();
    }
    return (allocatedBytes() - before) / FLOOD;
  }

  @Test
  void refusingAConnectionCostsNoStackTraceAndNoText() {
    var manager =
        new ResourceManager(LIMITS.withSystem(LIMITS.system().withConnections(0, 0, 0)), metrics);
    long bytes =
        bytesPerStep(
            () -> {
              try {
                manager.openConnection(Direction.INBOUND, true);
                throw new AssertionError("let through");
              } catch (ResourceLimitException refused) {
                assertThat(refused.getStackTrace().length).isZero();
              }
            });
    assertThat(bytes).isLessThan(400);
    assertThat(metrics.counted("limits.refused{scope=system,limit=inboundConnections}"))
        .isEqualTo(2L * FLOOD);
    assertThat(manager.usage().isIdle()).isTrue();
  }

  @Test
  void refusingMemoryCostsNoStackTraceAndNoText() {
    var manager = new ResourceManager(LIMITS.withStreamMemoryBytes(4096), metrics);
    try (ConnectionScope connection = manager.openConnection(Direction.INBOUND, true)) {
      connection.assignPeer(TestIdentities.peer(1));
      StreamScope stream = connection.openStream(Direction.INBOUND);
      stream.reserveMemory(4096);
      long bytes = bytesPerStep(() -> assertThat(stream.tryReserveMemory(1)).isFalse());
      assertThat(bytes).isLessThan(500);
    }
  }

  @Test
  void chargingWithinAChunkAllocatesNothing() {
    var manager = new ResourceManager(LIMITS, metrics);
    try (ConnectionScope connection = manager.openConnection(Direction.INBOUND, true)) {
      connection.assignPeer(TestIdentities.peer(1));
      StreamScope stream = connection.openStream(Direction.INBOUND);
      stream.assignProtocol(ProtocolId.of("/echo/1.0.0"));
      long bytes =
          bytesPerStep(
              () -> {
                if (!stream.tryReserveMemory(1500) || !connection.tryReserveMemory(100)) {
                  throw new AssertionError("refused");
                }
                stream.releaseMemory(1500);
                connection.releaseMemory(100);
              });
      assertThat(bytes).isZero();
    }
  }

  @Test
  void aFloodOfNewPeersLeavesNoScopesBehind() {
    var manager =
        new ResourceManager(LIMITS.withPeer(LIMITS.peer().withConnections(0, 0, 0)), metrics);
    for (int i = 0; i < 500; i++) {
      int number = i;
      try (ConnectionScope connection = manager.openConnection(Direction.INBOUND, true)) {
        assertThatThrownBy(() -> connection.assignPeer(TestIdentities.peer(number)))
            .isInstanceOf(ResourceLimitException.class);
      }
    }
    assertThat(manager.usage().isIdle()).isTrue();
    assertThat(metrics.gauged("limits.scopes{kind=peer}")).isZero();
  }

  @Test
  void aFloodOfProtocolNamesLeavesNoScopesBehind() {
    var manager = new ResourceManager(LIMITS, metrics);
    try (ConnectionScope connection = manager.openConnection(Direction.INBOUND, true)) {
      connection.assignPeer(TestIdentities.peer(1));
      for (int i = 0; i < 20_000; i++) {
        try (StreamScope stream = connection.openStream(Direction.INBOUND)) {
          stream.assignProtocol(ProtocolId.of("/p/" + i));
          stream.reserveMemory(100);
        }
      }
      assertThat(manager.usage().protocols()).isEmpty();
      assertThat(manager.usage().protocolPeers()).isEmpty();
      assertThat(manager.usage().system().memoryBytes()).isZero();
    }
  }

  @Test
  void aPeerThatOpensStreamsWithoutNamingAProtocolIsStoppedByTheTransientScope() {
    var manager =
        new ResourceManager(
            LIMITS.withTransients(LIMITS.transients().withStreams(16, 16, 16)), metrics);
    try (ConnectionScope connection = manager.openConnection(Direction.INBOUND, true);
        ConnectionScope innocent = manager.openConnection(Direction.INBOUND, true)) {
      connection.assignPeer(TestIdentities.peer(1));
      innocent.assignPeer(TestIdentities.peer(2));
      StreamScope before = innocent.openStream(Direction.INBOUND);
      before.assignProtocol(ProtocolId.of("/echo/1.0.0"));
      int opened = 0;
      for (int i = 0; i < 1000; i++) {
        try {
          connection.openStream(Direction.INBOUND);
          opened++;
        } catch (ResourceLimitException refused) {
          assertThat(refused.scope()).isEqualTo("transient");
        }
      }
      assertThat(opened).isEqualTo(16);
      assertThat(before.tryReserveMemory(4096)).isTrue();
    }
    assertThat(manager.usage().isIdle()).isTrue();
  }
}
