package io.ethpeerflow.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeSpanTest {
  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "500ms, PT0.5S",
    "30s, PT30S",
    "5m, PT5M",
    "2H, PT2H",
    "' 90 s ', PT90S",
    "999999999h, PT999999999H"
  })
  void readsNumbersWithAUnit(String text, Duration time) {
    assertThat(TimeSpan.parse(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "-1s", "1.5s", "s", "1d", "1m30s", "1234567890s"})
  void refusesWhatIsNoTime(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> TimeSpan.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.1S, 100ms",
    "PT1.5S, 1500ms",
    "PT90S, 90s",
    "PT1M, 1m",
    "PT2H, 120m"
  })
  void writesThemForPeople(Duration time, String text) {
    assertThat(TimeSpan.format(time)).isEqualTo(text);
  }
}
