package io.ethpeerflow.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class QuicConfigTest {
  private static final QuicConfig DEFAULT = QuicConfig.DEFAULT;

  @Test
  void whatIsChangedChangesAndNothingElseDoes() {
    QuicConfig changed =
        DEFAULT
            .withTimeouts(Duration.ofSeconds(9), Duration.ofSeconds(8), Duration.ofSeconds(7))
            .withWindows(20_000, 60_000)
            .withMaxInboundStreams(1)
            .withMaxWaitingOpens(2)
            .withPath(1201, 3, QuicCongestionControl.RENO)
            .withDatagramQueue(4)
            .withSocketBufferBytes(70_000)
            .withValidateAbove(5);

    assertThat(changed)
        .isEqualTo(
            new QuicConfig(
                Duration.ofSeconds(9),
                Duration.ofSeconds(8),
                Duration.ofSeconds(7),
                20_000,
                60_000,
                1,
                2,
                1201,
                QuicCongestionControl.RENO,
                4,
                70_000,
                3,
                5));
    assertThat(
            changed
                .withTimeouts(
                    DEFAULT.idleTimeout(), DEFAULT.handshakeTimeout(), DEFAULT.keepAlive())
                .withWindows(DEFAULT.streamWindowBytes(), DEFAULT.connectionWindowBytes())
                .withMaxInboundStreams(DEFAULT.maxInboundStreams())
                .withMaxWaitingOpens(DEFAULT.maxWaitingOpens())
                .withPath(
                    DEFAULT.maxUdpPayloadBytes(),
                    DEFAULT.sendSegments(),
                    DEFAULT.congestionControl())
                .withDatagramQueue(DEFAULT.datagramQueue())
                .withSocketBufferBytes(DEFAULT.socketBufferBytes())
                .withValidateAbove(DEFAULT.validateAbove()))
        .isEqualTo(DEFAULT);
  }

  @Test
  void aChangeThatBreaksARelationIsRefusedWithBothValues() {
    Duration idle = Duration.ofSeconds(20);
    assertRefused(
        config -> config.withTimeouts(idle, idle, idle),
        "keepAlive: PT20S is not between 0 and idleTimeout PT20S");
    assertRefused(
        config -> config.withWindows(1 << 20, (2 << 20) - 1),
        "connectionWindowBytes: 2097151 is not in 2097152..134217728");
  }

  @Test
  void aValueOutOfItsRangeIsRefusedWithTheRange() {
    assertRefused(
        config -> config.withMaxInboundStreams(0), "maxInboundStreams: 0 is not in 1..65536");
    assertRefused(
        config -> config.withDatagramQueue(65_537), "datagramQueue: 65537 is not in 1..65536");
    assertRefused(
        config -> config.withPath(1199, 1, QuicCongestionControl.BBR),
        "maxUdpPayloadBytes: 1199 is not in 1200..65527");
  }

  private static void assertRefused(UnaryOperator<QuicConfig> change, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> change.apply(DEFAULT))
        .withMessage(message);
  }
}
