package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamuxConfigTest {
  private static YamuxConfig with(String component, int value) throws ReflectiveOperationException {
    String name = "with" + Character.toUpperCase(component.charAt(0)) + component.substring(1);
    try {
      return (YamuxConfig)
          YamuxConfig.class.getMethod(name, int.class).invoke(YamuxConfig.DEFAULT, value);
    } catch (InvocationTargetException refused) {
      throw (RuntimeException) refused.getCause();
    }
  }

  private static Object get(YamuxConfig config, String component)
      throws ReflectiveOperationException {
    Method accessor = YamuxConfig.class.getMethod(component);
    return accessor.invoke(config);
  }

  @ParameterizedTest
  @CsvSource({
    "maxFrameBytes,1024,1048576",
    "maxWindowBytes,262144,1073741824",
    "maxOpenStreams,1,1048576",
    "maxInboundStreams,1,1048576",
    "maxUnacknowledgedStreams,1,256",
    "maxUnacceptedStreams,1,65536",
    "maxWaitingOpens,0,1048576",
    "maxQueuedPings,1,1024",
    "maxPendingResets,1,65536",
    "maxTombstones,1,65536",
    "stopReadingBytes,0,1073741824",
    "copyBelowBytes,0,16384",
  })
  void takesWhatIsInRangeAndNothingElse(String component, int min, int max)
      throws ReflectiveOperationException {
    for (int good : new int[] {min, max}) {
      YamuxConfig changed = with(component, good);
      for (RecordComponent other : YamuxConfig.class.getRecordComponents()) {
        Object expected =
            other.getName().equals(component)
                ? (Object) good
                : get(YamuxConfig.DEFAULT, other.getName());
        assertThat(get(changed, other.getName())).as(other.getName()).isEqualTo(expected);
      }
    }
    for (int bad : new int[] {min - 1, max + 1}) {
      assertThatThrownBy(() -> with(component, bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(component + ": " + bad + " not in " + min + " to " + max);
    }
  }

  @Test
  void checksTheNestedRecords() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new YamuxConfig.KeepAlive(Duration.ofMillis(999), second))
        .hasMessage("interval: 999 not in 1000 to 3600000");
    assertThatThrownBy(() -> new YamuxConfig.KeepAlive(second, Duration.ofHours(2)))
        .hasMessage("timeout: 7200000 not in 1000 to 3600000");
    assertThatThrownBy(() -> new YamuxConfig.Flood(4095, 1, 1, 1))
        .hasMessage("wastedBytes: 4095 not in 4096 to 1099511627776");
    assertThatThrownBy(() -> new YamuxConfig.Flood(4096, 0, 1, 1)).hasMessageContaining("0");
    assertThatThrownBy(() -> new YamuxConfig.Flood(4096, 1, 0, 1)).hasMessageContaining("resets");
    assertThatThrownBy(() -> new YamuxConfig.Flood(4096, 1, 1, 0))
        .hasMessage("resetsPerSecond: 0 not in 1 to 1073741824");
  }

  @Test
  void copiesWithNestedRecords() {
    var flood = new YamuxConfig.Flood(5000, 2, 3, 4);
    var keepAlive = new YamuxConfig.KeepAlive(Duration.ofSeconds(2), Duration.ofSeconds(3));
    YamuxConfig config =
        YamuxConfig.DEFAULT.withFlood(flood).withKeepAlive(keepAlive).withSynOnData(false);
    assertThat(config.flood()).isEqualTo(flood);
    assertThat(config.keepAlive()).isEqualTo(keepAlive);
    assertThat(config.synOnData()).isFalse();
    assertThat(YamuxConfig.DEFAULT.synOnData()).isTrue();
  }

  /** A constant of a part uses no constant of the whole, which would still be null. */
  @Test
  void aPartCanBeTheFirstThatIsTouched() throws Exception {
    URL classes = YamuxConfig.class.getProtectionDomain().getCodeSource().getLocation();
    for (Class<?> part : List.of(YamuxConfig.Flood.class, YamuxConfig.KeepAlive.class)) {
      try (var untouched =
          new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
        Class<?> same = Class.forName(part.getName(), true, untouched);
        assertThat(same.getField("DEFAULT").get(null)).isNotNull();
      }
    }
  }
}
