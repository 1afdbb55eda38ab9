package io.ethpeerflow.gossipsub.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QueueConfigTest {
  private static final QueueConfig DEFAULT = QueueConfig.DEFAULT;

  private static Arguments wrong(String message, UnaryOperator<QueueConfig> change) {
    return Arguments.of(message, change);
  }

  static List<Arguments> wrongValues() {
    return List.of(
        wrong("maxBytes: 1048575 is not 1048576 to", c -> c.withMaxBytes((1 << 20) - 1)),
        wrong("maxControlBytes: 0 is", c -> c.withMaxControlBytes(0)),
        wrong("maxControlBytes: 4194305 is", c -> c.withMaxControlBytes((4 << 20) + 1)),
        wrong("maxMessages: 0 is", c -> c.withMaxMessages(0)),
        wrong("maxGossip: 0 is", c -> c.withMaxGossip(0)),
        wrong("maxRpcBytes: 1023 is not 1024 to", c -> c.withMaxRpcBytes(1023)),
        wrong("maxRpcBytes: 1073741825 is", c -> c.withMaxRpcBytes((1 << 30) + 1)),
        wrong("targetRpcBytes: 63 is not 64 to", c -> c.withTargetRpcBytes(63)),
        wrong("targetRpcBytes: 1048577 is", c -> c.withTargetRpcBytes((1 << 20) + 1)),
        wrong("maxMessagesPerRpc: 0 is", c -> c.withMaxMessagesPerRpc(0)),
        wrong("maxControlBytesPerRpc: 63 is", c -> c.withMaxControlBytesPerRpc(63)),
        wrong("maxControlBytesPerRpc: 1048577 is", c -> c.withMaxControlBytesPerRpc((1 << 20) + 1)),
        wrong("maxIdontwantPerRpc: 0 is", c -> c.withMaxIdontwantPerRpc(0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongValues")
  void aWrongValueIsNamedWithItsRange(String message, UnaryOperator<QueueConfig> change) {
    assertThatThrownBy(() -> change.apply(DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void eachComponentIsSetByItself() {
    assertThat(
            DEFAULT
                .withMaxBytes(9_000_000)
                .withMaxControlBytes(2)
                .withMaxMessages(3)
                .withMaxGossip(4)
                .withMaxRpcBytes(2_000_000)
                .withTargetRpcBytes(65)
                .withMaxMessagesPerRpc(6)
                .withMaxControlBytesPerRpc(66)
                .withMaxIdontwantPerRpc(7))
        .isEqualTo(new QueueConfig(9_000_000, 2, 3, 4, 2_000_000, 65, 6, 66, 7));
  }

  @Test
  void longerRpcsGetRoomAndShorterOnesLowerTheirParts() {
    assertThat(DEFAULT.withMaxRpcBytes(8 << 20).maxBytes()).isEqualTo(16 << 20);
    assertThat(DEFAULT.withMaxRpcBytes(1 << 30).maxBytes()).isEqualTo(Integer.MAX_VALUE);
    QueueConfig narrow = DEFAULT.withMaxRpcBytes(2048);
    assertThat(narrow.maxBytes()).isEqualTo(4 << 20);
    assertThat(narrow.targetRpcBytes()).isEqualTo(2048);
    assertThat(narrow.maxControlBytesPerRpc()).isEqualTo(2048);
    assertThat(narrow.withMaxBytes(4096).maxControlBytes()).isEqualTo(4096);
  }
}
