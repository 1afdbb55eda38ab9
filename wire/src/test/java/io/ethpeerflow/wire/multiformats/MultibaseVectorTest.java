package io.ethpeerflow.wire.multiformats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class MultibaseVectorTest {
  @ParameterizedTest(name = "{0} {2}")
  @CsvFileSource(resources = "/vectors/multibase/encodings.csv", numLinesToSkip = 1)
  void readsAndWritesTheTextOfTheVector(Multibase base, String hex, String text) throws Exception {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThat(base.encode(bytes)).isEqualTo(text);
    assertThat(Multibase.of(text)).isEqualTo(base);
    assertThat(Multibase.decode(text)).isEqualTo(bytes);
  }

  @ParameterizedTest(name = "{0} {2}")
  @CsvFileSource(resources = "/vectors/multibase/any-case.csv", numLinesToSkip = 1)
  void readsLettersOfEitherCase(Multibase base, String hex, String text) throws Exception {
    assertThat(Multibase.of(text)).isEqualTo(base);
    assertThat(Multibase.decode(text)).isEqualTo(HexFormat.of().parseHex(hex));
  }
}
