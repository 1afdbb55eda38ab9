package io.ethpeerflow.node.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LoggingTest {
  private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);

  private final ByteArrayOutputStream to = new ByteArrayOutputStream();

  private void configure(LoggingSettings.Level level, LoggingSettings.Format format) {
    Logging.configure(new LoggingSettings(level, format), new PrintStream(to, true, UTF_8));
  }

  @AfterEach
  void quieten() {
    Logging.configure(LoggingSettings.QUIET, System.err);
  }

  @Test
  void textLinesHaveTimeLevelAndMessage() {
    configure(LoggingSettings.Level.INFO, LoggingSettings.Format.TEXT);
    LOG.info("dial done peer={}", "Qm1");

    assertThat(to.toString(UTF_8))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO  LoggingTest dial done peer=Qm1\\R");
  }

  @Test
  void jsonLinesAreObjects() {
    configure(LoggingSettings.Level.INFO, LoggingSettings.Format.JSON);
    LOG.warn("dial \"failed\" peer={}", "Qm1", new IllegalStateException("why"));

    JsonNode line = JsonMapper.shared().readTree(to.toString(UTF_8).strip());
    assertThat(line.get("level").asString()).isEqualTo("WARN");
    assertThat(line.get("formattedMessage").asString()).isEqualTo("dial \"failed\" peer=Qm1");
    assertThat(line.get("throwable").get("message").asString()).isEqualTo("why");
  }

  @Test
  void lessImportantLinesAreLeftOut() {
    configure(LoggingSettings.Level.WARN, LoggingSettings.Format.TEXT);
    LOG.info("nothing");
    LOG.error("something");

    assertThat(to.toString(UTF_8)).doesNotContain("nothing").contains("something");
  }
}
