package io.ethpeerflow.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteCountTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "17B, 17",
    "512KiB, 524288",
    "64 MiB, 67108864",
    "1gib, 1073741824",
    "2TiB, 2199023255552",
    "' 5 kib ', 5120"
  })
  void readsNumbersWithAndWithoutUnits(String text, long bytes) {
    assertThat(ByteCount.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "1.5MiB", "1MB", "MiB", "9999999999999999999", "99999999999TiB"})
  void refusesWhatIsNoAmount(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ByteCount.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1 KiB", "1536, 1.5 KiB", "67108864, 64 MiB"})
  void writesThemForPeople(long bytes, String text) {
    assertThat(ByteCount.format(bytes)).isEqualTo(text);
  }
}
