package io.ethpeerflow.core.limits;

import static io.ethpeerflow.core.Direction.INBOUND;
import static io.ethpeerflow.core.Direction.OUTBOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.suite.RecordingMetrics;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ResourceManagerTest {
  private static final int KIB = 1024;
  private static final ProtocolId ECHO = ProtocolId.of("/echo/1.0.0");
  private static final ProtocolId PING = ProtocolId.of("/ping/1.0.0");
  private static final PeerId ALICE = TestIdentities.peer(1);
  private static final PeerId BOB = TestIdentities.peer(2);

  private static final LimitsConfig ROOMY =
      LimitsConfig.scaled(1L << 30, 8192).withMemoryChunkBytes(4 * KIB);

  private final RecordingMetrics metrics = new RecordingMetrics();

  private ResourceManager manager(LimitsConfig config) {
    return new ResourceManager(config, metrics);
  }

  private static ConnectionScope connect(ResourceManager manager, PeerId peer) {
    ConnectionScope connection = manager.openConnection(INBOUND, true);
    connection.assignPeer(peer);
    return connection;
  }

  private static ResourceLimitException refusal(ThrowingCallable action) {
    return catchThrowableOfType(ResourceLimitException.class, action);
  }

  @Test
  void countsAConnectionAsTransientUntilItsPeerIsKnown() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = manager.openConnection(INBOUND, true);
    assertThat(manager.usage().transients().inboundConnections()).isOne();
    assertThat(manager.usage().transients().descriptors()).isOne();
    assertThat(manager.usage().system().inboundConnections()).isOne();

    connection.assignPeer(ALICE);

    assertThat(manager.usage().transients().isIdle()).isTrue();
    assertThat(manager.usage().system().inboundConnections()).isOne();
    ScopeUsage peer = manager.usage().peers().get(0);
    assertThat(peer.scope()).isEqualTo("peer:" + ALICE);
    assertThat(peer.inboundConnections()).isOne();
    assertThat(peer.descriptors()).isOne();
    connection.close();
    assertThat(manager.usage().isIdle()).isTrue();
  }

  @Test
  void countsAStreamAsTransientUntilItsProtocolIsKnown() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    StreamScope stream = connection.openStream(OUTBOUND);
    assertThat(manager.usage().transients().outboundStreams()).isOne();
    assertThat(manager.usage().peers().get(0).outboundStreams()).isOne();
    assertThat(manager.usage().protocols()).isEmpty();

    stream.assignProtocol(ECHO);

    assertThat(manager.usage().transients().isIdle()).isTrue();
    assertThat(manager.usage().protocols())
        .singleElement()
        .satisfies(
            usage -> {
              assertThat(usage.scope()).isEqualTo("protocol:/echo/1.0.0");
              assertThat(usage.outboundStreams()).isOne();
            });
    assertThat(manager.usage().protocolPeers())
        .singleElement()
        .extracting(ScopeUsage::scope)
        .isEqualTo("protocol:/echo/1.0.0 peer:" + ALICE);
    assertThat(manager.usage().connections().get(0).outboundStreams()).isOne();
    assertThat(manager.usage().system().outboundStreams()).isOne();
    stream.close();
    connection.close();
  }

  @Test
  void forgetsAProtocolWithItsLastStreamAndAPeerWithItsLastConnection() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope first = connect(manager, ALICE);
    ConnectionScope second = connect(manager, ALICE);
    StreamScope onFirst = first.openStream(INBOUND);
    onFirst.assignProtocol(ECHO);
    StreamScope onSecond = second.openStream(INBOUND);
    onSecond.assignProtocol(ECHO);
    assertThat(manager.usage().protocols().get(0).inboundStreams()).isEqualTo(2);

    onFirst.close();
    assertThat(manager.usage().protocols().get(0).inboundStreams()).isOne();
    onSecond.close();
    assertThat(manager.usage().protocols()).isEmpty();
    assertThat(manager.usage().protocolPeers()).isEmpty();

    first.close();
    assertThat(manager.usage().peers()).hasSize(1);
    second.close();
    assertThat(manager.usage().peers()).isEmpty();
  }

  @Test
  void forgetsAPeerAndAProtocolThatWereRefused() {
    ResourceManager manager =
        manager(
            ROOMY
                .withPeers(Map.of(BOB, ScopeLimits.ofStreams(0, 0, 0, 0)))
                .withProtocols(Map.of(PING, ScopeLimits.ofStreams(0, 0, 0, 0))));
    ConnectionScope refused = manager.openConnection(INBOUND, false);
    assertThatThrownBy(() -> refused.assignPeer(BOB)).isInstanceOf(ResourceLimitException.class);
    assertThat(manager.usage().peers()).isEmpty();
    assertThat(manager.usage().transients().connections()).isOne();
    refused.assignPeer(ALICE);
    StreamScope stream = refused.openStream(INBOUND);
    assertThatThrownBy(() -> stream.assignProtocol(PING))
        .isInstanceOf(ResourceLimitException.class);
    assertThat(manager.usage().protocols()).isEmpty();
    assertThat(manager.usage().protocolPeers()).isEmpty();
    assertThat(manager.usage().transients().streams()).isOne();
    stream.assignProtocol(ECHO);
    refused.close();
    assertThat(manager.usage().isIdle()).isTrue();
  }

  @Test
  @Spec("connections/bound")
  void namesScopeLimitAndUseWhenItRefusesAConnection() {
    ResourceManager manager = manager(ROOMY.withSystem(ROOMY.system().withConnections(2, 3, 3)));
    connect(manager, ALICE);
    connect(manager, BOB);
    ResourceLimitException inbound = refusal(() -> manager.openConnection(INBOUND, true));
    assertThat(inbound)
        .hasMessage(
            "limit inboundConnections of scope system reached: 2 in use, 1 requested, 2 allowed");
    assertThat(inbound.scope()).isEqualTo("system");
    assertThat(inbound.limit()).isEqualTo("inboundConnections");
    assertThat(inbound.inUse()).isEqualTo(2);
    assertThat(inbound.allowed()).isEqualTo(2);
    assertThat(inbound.requested()).isOne();
    manager.openConnection(OUTBOUND, true).assignPeer(BOB);
    assertThat(refusal(() -> manager.openConnection(OUTBOUND, true)))
        .hasMessage("limit connections of scope system reached: 3 in use, 1 requested, 3 allowed");
    assertThat(manager.usage().transients().isIdle()).isTrue();
    assertThat(metrics.counted("limits.refused{scope=system,limit=inboundConnections}")).isOne();
    assertThat(metrics.counted("limits.refused{scope=system,limit=connections}")).isOne();
  }

  @Test
  void refusesDescriptorsApartFromConnections() {
    ResourceManager manager = manager(ROOMY.withSystem(ROOMY.system().withDescriptors(1)));
    manager.openConnection(INBOUND, true);
    assertThat(refusal(() -> manager.openConnection(INBOUND, true)))
        .hasMessage("limit descriptors of scope system reached: 1 in use, 1 requested, 1 allowed");
    assertThat(manager.usage().system().connections()).isOne();
    assertThat(manager.usage().transients().descriptors()).isOne();
    manager.openConnection(INBOUND, false);
    assertThat(manager.usage().system().connections()).isEqualTo(2);
  }

  @Test
  void boundsConnectionsInHandshake() {
    ResourceManager manager =
        manager(ROOMY.withTransients(ROOMY.transients().withConnections(1, 1, 1)));
    ConnectionScope first = manager.openConnection(INBOUND, true);
    assertThat(refusal(() -> manager.openConnection(INBOUND, true)).scope()).isEqualTo("transient");
    first.assignPeer(ALICE);
    manager.openConnection(INBOUND, true).close();
  }

  @Test
  void leavesAConnectionTransientWhenItsPeerHasTooMany() {
    ResourceManager manager = manager(ROOMY.withPeer(ROOMY.peer().withConnections(1, 1, 1)));
    connect(manager, ALICE);
    ConnectionScope second = manager.openConnection(INBOUND, true);
    assertThat(refusal(() -> second.assignPeer(ALICE)))
        .hasMessage(
            "limit inboundConnections of scope peer:"
                + ALICE
                + " reached: 1 in use, 1 requested, 1 allowed");
    assertThat(manager.usage().peers().get(0).connections()).isOne();
    assertThat(manager.usage().transients().connections()).isOne();
    second.close();
    assertThat(manager.usage().transients().isIdle()).isTrue();
    assertThat(manager.usage().system().connections()).isOne();
  }

  @Test
  void refusesAStreamByEachScopeAndReservesNothing() {
    ScopeLimits one = ScopeLimits.ofStreams(1, 1, 1, 1 << 20);
    Map<String, LimitsConfig> configs =
        Map.of(
            "system",
            ROOMY.withSystem(ROOMY.system().withStreams(1, 1, 1)),
            "transient",
            ROOMY.withTransients(ROOMY.transients().withStreams(1, 1, 1)),
            "peer:" + ALICE,
            ROOMY.withPeer(ROOMY.peer().withStreams(1, 1, 1)),
            "connection:1",
            ROOMY.withConnection(one));
    configs.forEach(
        (scope, config) -> {
          ResourceManager manager = manager(config);
          ConnectionScope connection = connect(manager, ALICE);
          StreamScope held = connection.openStream(INBOUND);
          LimitsUsage before = manager.usage();
          assertThat(refusal(() -> connection.openStream(INBOUND)).scope()).isEqualTo(scope);
          assertThat(refusal(() -> connection.openStream(OUTBOUND)).limit()).isEqualTo("streams");
          assertThat(manager.usage()).isEqualTo(before);
          held.close();
          connection.openStream(OUTBOUND).close();
          connection.close();
          assertThat(manager.usage().isIdle()).isTrue();
        });
  }

  @Test
  void leavesAStreamTransientWhenItsProtocolHasTooMany() {
    ScopeLimits one = ScopeLimits.ofStreams(1, 1, 1, 1 << 20);
    Map<String, LimitsConfig> configs =
        Map.of(
            "protocol:/echo/1.0.0",
            ROOMY.withProtocol(one),
            "protocol:/echo/1.0.0 peer:" + ALICE,
            ROOMY.withProtocolPeer(one));
    configs.forEach(
        (scope, config) -> {
          ResourceManager manager = manager(config);
          ConnectionScope connection = connect(manager, ALICE);
          StreamScope first = connection.openStream(INBOUND);
          first.assignProtocol(ECHO);
          StreamScope second = connection.openStream(INBOUND);
          assertThat(second.tryReserveMemory(100)).isTrue();
          LimitsUsage before = manager.usage();
          assertThat(refusal(() -> second.assignProtocol(ECHO)).scope()).isEqualTo(scope);
          assertThat(manager.usage()).isEqualTo(before);
          first.close();
          second.assignProtocol(ECHO);
          assertThat(manager.usage().transients().isIdle()).isTrue();
          connection.close();
          assertThat(manager.usage().isIdle()).isTrue();
        });
  }

  @Test
  void movesAStreamsMemoryToItsProtocol() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    StreamScope stream = connection.openStream(INBOUND);
    assertThat(stream.tryReserveMemory(10 * KIB)).isTrue();
    assertThat(manager.usage().transients().memoryBytes()).isEqualTo(12 * KIB);
    stream.assignProtocol(ECHO);
    assertThat(manager.usage().transients().memoryBytes()).isZero();
    assertThat(manager.usage().protocols().get(0).memoryBytes()).isEqualTo(12 * KIB);
    assertThat(manager.usage().system().memoryBytes()).isEqualTo(12 * KIB);
    stream.releaseMemory(10 * KIB);
    stream.close();
    assertThat(manager.usage().system().memoryBytes()).isZero();
    connection.close();
  }

  @Test
  void refusesMemoryByEachScopeAndSaysWhich() {
    long limit = 64 * KIB;
    ScopeLimits small = ScopeLimits.ofStreams(10, 10, 10, limit);
    Map<String, LimitsConfig> configs =
        Map.of(
            "system",
            ROOMY.withSystem(ROOMY.system().withConnections(8, 8, 8).withMemoryBytes(limit)),
            "peer:" + ALICE,
            ROOMY.withPeer(ROOMY.peer().withMemoryBytes(limit)),
            "connection:1",
            ROOMY.withConnection(small),
            "protocol:/echo/1.0.0",
            ROOMY.withProtocol(small),
            "protocol:/echo/1.0.0 peer:" + ALICE,
            ROOMY.withProtocolPeer(small),
            "stream of connection:1",
            ROOMY.withStreamMemoryBytes(limit));
    configs.forEach(
        (scope, config) -> {
          ResourceManager manager = manager(config);
          ConnectionScope connection = connect(manager, ALICE);
          StreamScope stream = connection.openStream(INBOUND);
          stream.assignProtocol(ECHO);
          assertThat(stream.tryReserveMemory(60 * KIB + 1)).isTrue();
          assertThat(stream.tryReserveMemory(4 * KIB)).isFalse();
          ResourceLimitException refused = refusal(() -> stream.reserveMemory(4 * KIB));
          assertThat(refused.scope()).isEqualTo(scope);
          assertThat(refused.limit()).isEqualTo("memoryBytes");
          assertThat(refused.allowed()).isEqualTo(limit);
          assertThat(stream.tryReserveMemory(4 * KIB - 1)).as("exactly what is left").isTrue();
          assertThat(stream.tryReserveMemory(1)).isFalse();
          stream.releaseMemory(1);
          assertThat(stream.tryReserveMemory(1)).isTrue();
          stream.close();
          assertThat(manager.usage().system().memoryBytes()).isZero();
          connection.close();
          assertThat(manager.usage().isIdle()).isTrue();
        });
  }

  @Test
  void chargesAConnectionsOwnMemoryToTransientThenToItsPeer() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = manager.openConnection(OUTBOUND, true);
    assertThat(connection.tryReserveMemory(100)).isTrue();
    assertThat(manager.usage().transients().memoryBytes()).isEqualTo(4 * KIB);
    connection.assignPeer(ALICE);
    assertThat(manager.usage().transients().memoryBytes()).isZero();
    assertThat(manager.usage().peers().get(0).memoryBytes()).isEqualTo(4 * KIB);
    connection.reserveMemory(5 * KIB);
    assertThat(manager.usage().system().memoryBytes()).isEqualTo(8 * KIB);
    connection.close();
    assertThat(manager.usage().isIdle()).isTrue();
  }

  @Test
  void touchesTheCommonCountersOnlyOncePerChunk() {
    ResourceManager manager = manager(ROOMY.withMemoryChunkBytes(64 * KIB));
    ConnectionScope connection = connect(manager, ALICE);
    StreamScope stream = connection.openStream(INBOUND);
    stream.assignProtocol(ECHO);
    assertThat(stream.tryReserveMemory(1)).isTrue();
    LimitsUsage before = manager.usage();
    for (int i = 0; i < 1000; i++) {
      assertThat(stream.tryReserveMemory(63 * KIB)).isTrue();
      stream.releaseMemory(63 * KIB);
    }
    assertThat(manager.usage()).isEqualTo(before);
    assertThat(before.system().memoryBytes()).isEqualTo(64 * KIB);
    connection.close();
  }

  @Test
  void givesChunksBackThatItNoLongerNeeds() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    assertThat(connection.tryReserveMemory(100 * KIB)).isTrue();
    connection.releaseMemory(50 * KIB);
    assertThat(manager.usage().system().memoryBytes()).isEqualTo(54 * KIB);
    connection.releaseMemory(50 * KIB);
    assertThat(manager.usage().system().memoryBytes()).isEqualTo(4 * KIB);
    connection.close();
  }

  @Test
  void keepsNothingInStoreWhileMemoryIsScarce() {
    long limit = 160 * KIB;
    ResourceManager manager =
        manager(
            ROOMY.withSystem(ROOMY.system().withConnections(16, 16, 16).withMemoryBytes(limit)));
    ConnectionScope hog = connect(manager, ALICE);
    ConnectionScope other = connect(manager, BOB);
    assertThat(other.tryReserveMemory(2)).isTrue();
    assertThat(hog.tryReserveMemory(156 * KIB)).isTrue();
    other.releaseMemory(1);
    assertThat(manager.usage().system().memoryBytes()).isEqualTo(156 * KIB + 1);
    assertThat(hog.tryReserveMemory(4 * KIB - 1)).isTrue();
    hog.releaseMemory(150 * KIB);
    assertThat(manager.usage().system().memoryBytes()).isLessThan(20 * KIB);
    hog.close();
    other.close();
  }

  @Test
  void anIdleConnectionKeepsNoMemoryOnceItsStreamsAreGone() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    StreamScope stream = connection.openStream(INBOUND);
    stream.assignProtocol(ECHO);
    stream.reserveMemory(1);
    stream.close();
    assertThat(manager.usage().system().memoryBytes()).isZero();
    connection.close();
  }

  @Test
  void closingAConnectionReturnsItsStreamsToo() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    List<StreamScope> streams = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      StreamScope stream = connection.openStream(i % 2 == 0 ? INBOUND : OUTBOUND);
      if (i % 3 == 0) {
        stream.assignProtocol(i % 2 == 0 ? ECHO : PING);
      }
      stream.reserveMemory(1 + i * 1000L);
      streams.add(stream);
    }
    connection.close();
    assertThat(manager.usage().isIdle()).isTrue();
    streams.forEach(stream -> stream.releaseMemory(1));
    streams.forEach(StreamScope::close);
    connection.close();
    assertThat(manager.usage().isIdle()).isTrue();
  }

  @Test
  void refusesEverythingAfterClose() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    StreamScope stream = connection.openStream(INBOUND);
    connection.close();
    assertThat(connection.tryReserveMemory(1)).isFalse();
    assertThat(stream.tryReserveMemory(1)).isFalse();
    assertThatThrownBy(() -> connection.reserveMemory(1))
        .isInstanceOf(ConnectionClosedException.class);
    assertThatThrownBy(() -> stream.reserveMemory(1)).isInstanceOf(ConnectionClosedException.class);
    assertThatThrownBy(() -> stream.assignProtocol(ECHO))
        .isInstanceOf(ConnectionClosedException.class);
    assertThatThrownBy(() -> connection.openStream(INBOUND))
        .isInstanceOf(ConnectionClosedException.class);
    assertThatThrownBy(() -> connection.assignPeer(BOB))
        .isInstanceOf(ConnectionClosedException.class);
    connection.releaseMemory(1);
    assertThat(manager.usage().isIdle()).isTrue();
  }

  @Test
  void aClosedStreamTakesAndReturnsNothing() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    StreamScope stream = connection.openStream(INBOUND);
    stream.reserveMemory(10);
    stream.close();
    LimitsUsage after = manager.usage();
    stream.close();
    stream.releaseMemory(10);
    assertThat(stream.tryReserveMemory(10)).isFalse();
    assertThatThrownBy(() -> stream.assignProtocol(ECHO)).isInstanceOf(IllegalStateException.class);
    assertThat(manager.usage()).isEqualTo(after);
    connection.close();
  }

  @Test
  void noticesMisuse() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = manager.openConnection(INBOUND, true);
    assertThatThrownBy(() -> connection.openStream(INBOUND))
        .isInstanceOf(IllegalStateException.class);
    connection.assignPeer(ALICE);
    assertThatThrownBy(() -> connection.assignPeer(BOB)).isInstanceOf(IllegalStateException.class);
    StreamScope stream = connection.openStream(INBOUND);
    stream.assignProtocol(ECHO);
    assertThatThrownBy(() -> stream.assignProtocol(PING)).isInstanceOf(IllegalStateException.class);
    stream.reserveMemory(10);
    assertThatThrownBy(() -> stream.releaseMemory(11))
        .hasMessage("bytes: 11 to release, only 10 were reserved");
    assertThatThrownBy(() -> connection.releaseMemory(1))
        .hasMessage("bytes: 1 to release, only 0 were reserved");
    assertThatThrownBy(() -> stream.tryReserveMemory(-1)).hasMessage("bytes: -1 < 0");
    assertThatThrownBy(() -> stream.releaseMemory(-1)).hasMessage("bytes: -1 < 0");
    connection.close();
  }

  @Test
  void reservesMoreThanEverFitsWithoutOverflow() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    StreamScope stream = connection.openStream(INBOUND);
    stream.reserveMemory(5);
    assertThat(stream.tryReserveMemory(Long.MAX_VALUE)).isFalse();
    assertThat(connection.tryReserveMemory(Long.MAX_VALUE - 3)).isFalse();
    connection.close();
    assertThat(manager.usage().isIdle()).isTrue();
  }

  @Test
  void showsUseAndLimitsAsGauges() {
    ResourceManager manager = manager(ROOMY);
    ConnectionScope connection = connect(manager, ALICE);
    StreamScope stream = connection.openStream(OUTBOUND);
    stream.assignProtocol(ECHO);
    stream.reserveMemory(10);
    manager.openConnection(OUTBOUND, false);
    assertThat(metrics.gauged("limits.used{scope=system,limit=connections}")).isEqualTo(2);
    assertThat(metrics.gauged("limits.used{scope=system,limit=inboundConnections}")).isOne();
    assertThat(metrics.gauged("limits.used{scope=system,limit=outboundConnections}")).isOne();
    assertThat(metrics.gauged("limits.used{scope=transient,limit=connections}")).isOne();
    assertThat(metrics.gauged("limits.used{scope=system,limit=streams}")).isOne();
    assertThat(metrics.gauged("limits.used{scope=system,limit=inboundStreams}")).isZero();
    assertThat(metrics.gauged("limits.used{scope=system,limit=outboundStreams}")).isOne();
    assertThat(metrics.gauged("limits.used{scope=system,limit=memoryBytes}")).isEqualTo(4 * KIB);
    assertThat(metrics.gauged("limits.used{scope=system,limit=descriptors}")).isOne();
    assertThat(metrics.gauged("limits.allowed{scope=system,limit=memoryBytes}"))
        .isEqualTo(1L << 30);
    assertThat(metrics.gauged("limits.scopes{kind=peer}")).isOne();
    assertThat(metrics.gauged("limits.scopes{kind=protocol}")).isOne();
    assertThat(metrics.gauged("limits.scopes{kind=protocol-peer}")).isOne();
    assertThat(metrics.gauged("limits.scopes{kind=connection}")).isEqualTo(2);
  }
}
