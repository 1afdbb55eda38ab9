package io.ethpeerflow.interop.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final Map<String, String> COMMON =
      Map.of(
          "IS_DIALER", "true",
          "REDIS_ADDR", "transport-redis:7000",
          "TEST_KEY", "a5b50d5e",
          "TRANSPORT", "tcp",
          "SECURE_CHANNEL", "noise",
          "MUXER", "yamux");

  private static Map<String, String> with(String... more) {
    var all = new HashMap<>(COMMON);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  @Test
  void theTransportContractHasNoPerfVariables() {
    assertThat(Settings.of(COMMON))
        .isEqualTo(
            new Settings(
                true,
                "transport-redis",
                7000,
                "a5b50d5e",
                Settings.Stack.TCP_NOISE,
                "0.0.0.0",
                false,
                null));
  }

  @Test
  void aRedisAddressWithoutAPortMeansTheUsualOne() {
    assertThat(Settings.of(with("REDIS_ADDR", "perf-redis")).redisPort()).isEqualTo(6379);
  }

  @Test
  void whatTheRunnerLeavesOpenHasTheDefaultOfTheContract() {
    assertThat(Settings.of(with("UPLOAD_BYTES", "5", "UPLOAD_ITERATIONS", "null")).perf())
        .isEqualTo(new Settings.Perf(5, 10, 1L << 30, 10, 100));
  }

  @Test
  void whatWeDoNotHaveIsNamed() {
    for (String name : List.of("TRANSPORT", "SECURE_CHANNEL", "MUXER")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Settings.of(with(name, "carrier-pigeon")))
          .withMessage("unsupported: " + name + "=carrier-pigeon");
    }
  }

  @Test
  void quicBringsItsOwnSecurityAndMuxer() {
    Map<String, String> environment = with("TRANSPORT", "quic-v1");
    environment.remove("SECURE_CHANNEL");
    environment.remove("MUXER");
    assertThat(Settings.of(environment).stack()).isEqualTo(Settings.Stack.QUIC_V1);
  }

  @Test
  void aVariableThatIsMissingOrWrongIsNamed() {
    for (String name : COMMON.keySet()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Settings.of(with(name, "")))
          .withMessageContaining(name);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.of(with("UPLOAD_BYTES", "-1")))
        .withMessageContaining("UPLOAD_BYTES");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.of(with("IS_DIALER", "perhaps")))
        .withMessageContaining("IS_DIALER");
  }
}
