package io.ethpeerflow.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of the soak. */
class SoakOptionsTest {
  @Test
  void takesTenMinutesAndADrawnSeedByDefault() {
    SoakOptions options = SoakOptions.parse(42);

    assertThat(options.duration()).isEqualTo(Duration.ofMinutes(10));
    assertThat(options.seed()).isEqualTo(42);
    assertThat(options.smoke()).isFalse();
    assertThat(options.only()).containsExactly(Disturbance.Kind.values());
  }

  @Test
  void readsEveryOption() {
    SoakOptions options =
        SoakOptions.parse(
            42,
            "--hours",
            "72",
            "--seed",
            "7",
            "--makers",
            "5",
            "--leak",
            "direct",
            "--only",
            "kill,race",
            "--output",
            "there",
            "--smoke");

    assertThat(options.duration()).isEqualTo(Duration.ofDays(3));
    assertThat(options.seed()).isEqualTo(7);
    assertThat(options.makers()).isEqualTo(5);
    assertThat(options.leak()).isEqualTo(SoakOptions.Leak.DIRECT);
    assertThat(options.only()).containsExactly(Disturbance.Kind.KILL, Disturbance.Kind.RACE);
    assertThat(options.output()).hasToString("there");
    assertThat(options.smoke()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "--minutes,0",
    "--minutes,soon",
    "--seed,x",
    "--makers,17",
    "--leak,water",
    "--only,nothing",
    "--nonsense,1"
  })
  void refusesWhatItDoesNotKnow(String name, String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> SoakOptions.parse(1, name, value));
  }

  @Test
  void refusesAnOptionWithoutItsValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SoakOptions.parse(1, "--seed"))
        .withMessageContaining("--seed has no value");
  }
}
