package io.ethpeerflow.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumMap;
import org.junit.jupiter.api.Test;

/** Lines of the file of samples. */
class SampleTest {
  @Test
  void isReadAsItWasWritten() {
    var values = new EnumMap<Series, Long>(Series.class);
    long next = 1000;
    for (Series series : Series.values()) {
      values.put(series, next++);
    }
    var sample = new Sample(12.125, 3, Sample.Phase.QUIET, values);

    assertThat(Sample.parse(sample.toLine())).isEqualTo(sample);
    assertThat(sample.toLine().split(",")).hasSameSizeAs(Sample.header().split(","));
  }

  @Test
  void refusesALineOfAnotherForm() {
    assertThatIllegalArgumentException().isThrownBy(() -> Sample.parse("1.0,2,CALM,3"));
  }
}
