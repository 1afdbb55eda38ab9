package io.ethpeerflow.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.testkit.seed.Seeds;
import org.junit.jupiter.api.Test;

final class LimitsSettingsTest {
  @Test
  void theDefaultIsTheLibrarysDefault() {
    LimitsConfig limits = LimitsSettings.DEFAULT.toLimits();

    assertThat(limits.system().connections())
        .isEqualTo(LimitsConfig.DEFAULT.system().connections());
    assertThat(limits.system().streams()).isEqualTo(LimitsConfig.DEFAULT.system().streams());
    assertThat(limits.system().memoryBytes())
        .isEqualTo(LimitsConfig.DEFAULT.system().memoryBytes());
    assertThat(limits.peer()).isEqualTo(LimitsConfig.DEFAULT.peer());
  }

  @Test
  void whatIsSetIsWhatTheScopesAllow() {
    var settings =
        new LimitsSettings(100, 2000, 64 << 20, new LimitsSettings.PerPeer(3, 64, 8 << 20));

    LimitsConfig limits = settings.toLimits();

    assertThat(limits.system().connections()).isEqualTo(100);
    assertThat(limits.system().streams()).isEqualTo(2000);
    assertThat(limits.system().memoryBytes()).isEqualTo(64 << 20);
    assertThat(limits.peer().connections()).isEqualTo(3);
    assertThat(limits.peer().streams()).isEqualTo(64);
    assertThat(limits.peer().memoryBytes()).isEqualTo(8 << 20);
    assertThat(limits.connection().streams()).isEqualTo(64);
    assertThat(settings.toConnections().highWater()).isEqualTo(75);
    assertThat(settings.toConnections().lowWater()).isEqualTo(62);
  }

  @Test
  void allSettingsThatAreAcceptedGiveLimits() {
    Seeds.check(
        500,
        random -> {
          int connections = random.nextInt(1, LimitsSettings.MAX_CONNECTIONS + 1);
          int streams = random.nextInt(1, LimitsSettings.MAX_STREAMS + 1);
          long memory =
              Math.max(LimitsConfig.MIN_MEMORY_BYTES, connections * 2048L) << random.nextInt(0, 8);
          var perPeer =
              new LimitsSettings.PerPeer(
                  random.nextInt(1, connections + 1),
                  random.nextInt(1, streams + 1),
                  random.nextLong(1 << 20, memory + 1));
          var settings = new LimitsSettings(connections, streams, memory, perPeer);
          assertThat(settings.toLimits().system().connections()).isEqualTo(connections);
          assertThat(settings.toConnections().highWater()).isLessThanOrEqualTo(connections);
        });
  }

  @Test
  void aPeerMayNotHaveMoreThanTheNode() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LimitsSettings(2, 100, 1 << 30, LimitsSettings.PerPeer.DEFAULT))
        .withMessageContaining("perPeer.connections: 16 is not 1 to 2");
  }
}
