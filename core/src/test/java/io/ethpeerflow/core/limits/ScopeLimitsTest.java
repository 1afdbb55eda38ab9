package io.ethpeerflow.core.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScopeLimitsTest {
  private static final ScopeLimits LIMITS = new ScopeLimits(3, 2, 4, 30, 20, 40, 1000, 5);

  @Test
  void refusesAPartThatExceedsItsSum() {
    assertThatThrownBy(() -> LIMITS.withConnections(5, 2, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inboundConnections: 5 > connections 4");
    assertThatThrownBy(() -> LIMITS.withConnections(2, 5, 4))
        .hasMessage("outboundConnections: 5 > connections 4");
    assertThatThrownBy(() -> LIMITS.withStreams(41, 2, 40))
        .hasMessage("inboundStreams: 41 > streams 40");
    assertThatThrownBy(() -> LIMITS.withStreams(2, 41, 40))
        .hasMessage("outboundStreams: 41 > streams 40");
  }

  @Test
  void refusesNegativeValues() {
    assertThatThrownBy(() -> LIMITS.withConnections(-1, 0, 1))
        .hasMessage("inboundConnections: -1 < 0");
    assertThatThrownBy(() -> LIMITS.withConnections(0, 0, -1)).hasMessage("connections: -1 < 0");
    assertThatThrownBy(() -> LIMITS.withStreams(0, -1, 1)).hasMessage("outboundStreams: -1 < 0");
    assertThatThrownBy(() -> LIMITS.withMemoryBytes(-1)).hasMessage("memoryBytes: -1 < 0");
    assertThatThrownBy(() -> LIMITS.withDescriptors(-1)).hasMessage("descriptors: -1 < 0");
  }

  @Test
  void changesOnlyWhatItIsAskedTo() {
    assertThat(LIMITS.withConnections(1, 2, 3))
        .isEqualTo(new ScopeLimits(1, 2, 3, 30, 20, 40, 1000, 5));
    assertThat(LIMITS.withStreams(1, 2, 3)).isEqualTo(new ScopeLimits(3, 2, 4, 1, 2, 3, 1000, 5));
    assertThat(LIMITS.withMemoryBytes(7)).isEqualTo(new ScopeLimits(3, 2, 4, 30, 20, 40, 7, 5));
    assertThat(LIMITS.withDescriptors(7)).isEqualTo(new ScopeLimits(3, 2, 4, 30, 20, 40, 1000, 7));
  }

  @Test
  void scalesFromTheSmallestToTheLargestProcess() {
    for (long memoryBytes : List.of(16L << 20, 100L << 20, 1L << 30, 64L << 30, 1L << 45)) {
      for (int descriptors : List.of(32, 256, 1024, 65_536, Integer.MAX_VALUE)) {
        LimitsConfig config = LimitsConfig.scaled(memoryBytes, descriptors);
        assertThat(config.system().memoryBytes()).isEqualTo(memoryBytes);
        assertThat(config.system().descriptors()).isLessThan(descriptors).isPositive();
        assertThat(config.system().inboundConnections())
            .isPositive()
            .isLessThan(config.system().connections());
        assertThat(config.peer().connections()).isBetween(1, config.system().connections());
        assertThat(config.transients().connections()).isBetween(1, config.system().connections());
        assertThat(config.peer().streams()).isBetween(1, config.system().streams());
        assertThat(config.streamMemoryBytes()).isLessThanOrEqualTo(config.peer().memoryBytes());
      }
    }
  }

  @Test
  void defaultsHoldFourThousandConnectionsInOneGibibyte() {
    assertThat(LimitsConfig.DEFAULT.system().connections()).isEqualTo(4096);
    assertThat(LimitsConfig.DEFAULT.system().streams()).isEqualTo(65_536);
    assertThat(LimitsConfig.DEFAULT.peer().connections()).isEqualTo(16);
    assertThat(LimitsConfig.DEFAULT.peer().memoryBytes()).isEqualTo(256L << 20);
  }

  @Test
  void refusesToScaleBelowItsMinimum() {
    assertThatThrownBy(() -> LimitsConfig.scaled((16L << 20) - 1, 1024))
        .hasMessage("memoryBytes: 16777215 < 16777216");
    assertThatThrownBy(() -> LimitsConfig.scaled(16L << 20, 31)).hasMessage("descriptors: 31 < 32");
  }

  @Test
  void refusesChunksThatWouldEatTheBudget() {
    LimitsConfig config = LimitsConfig.DEFAULT;
    assertThatThrownBy(() -> config.withMemoryChunkBytes(256 << 10))
        .hasMessageContaining("exceed half of the system's 1073741824 bytes");
    assertThatThrownBy(() -> config.withMemoryChunkBytes(1023)).hasMessageContaining("1024..");
    assertThatThrownBy(() -> config.withMemoryChunkBytes((1 << 20) + 1))
        .hasMessageContaining("..1048576");
    assertThatThrownBy(() -> config.withStreamMemoryBytes(65_535))
        .hasMessage("streamMemoryBytes: 65535 < memoryChunkBytes 65536");
  }

  @Test
  void copiesTheMapsOfExceptions() {
    Map<ProtocolId, ScopeLimits> protocols = new HashMap<>();
    protocols.put(ProtocolId.of("/echo/1.0.0"), LIMITS);
    LimitsConfig config =
        LimitsConfig.DEFAULT
            .withProtocols(protocols)
            .withPeers(Map.of(TestIdentities.peer(1), LIMITS));
    protocols.clear();
    assertThat(config.of(ProtocolId.of("/echo/1.0.0"))).isEqualTo(LIMITS);
    assertThat(config.of(ProtocolId.of("/other"))).isEqualTo(config.protocol());
    assertThat(config.of(TestIdentities.peer(1))).isEqualTo(LIMITS);
    assertThat(config.of(TestIdentities.peer(2))).isEqualTo(config.peer());
  }
}
