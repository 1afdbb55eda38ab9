package io.ethpeerflow.host.abuse;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.ethpeerflow.core.metrics.Metrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * What a victim said of what was done to it: its log, the reasons with which connections and
 * streams ended, each text once with its count. Addresses and peers are left out of the texts.
 */
final class Happenings extends AppenderBase<ILoggingEvent> {
  private static final int MAX_TEXTS = 2_000;
  private static final int MAX_TEXT_CHARS = 400;
  private static final Pattern ADDRESS = Pattern.compile("/ip[46]/[^ ,]*");
  private static final Pattern PEER = Pattern.compile("12D3[0-9A-Za-z…*.]*");
  private static final Pattern BREAKS = Pattern.compile("\\s+");

  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  private Happenings() {}

  /** Takes over the whole log of this process. */
  static Happenings ofThisProcess() {
    var happenings = new Happenings();
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    happenings.setContext(context);
    happenings.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(happenings);
    context.getLogger("io.ethpeerflow").setLevel(Level.DEBUG);
    return happenings;
  }

  @Override
  protected void append(ILoggingEvent event) {
    String text = event.getLevel() + " " + event.getFormattedMessage();
    if (event.getThrowableProxy() != null) {
      text +=
          " ("
              + event.getThrowableProxy().getClassName()
              + ": "
              + event.getThrowableProxy().getMessage()
              + ")";
    }
    add(text);
  }

  void add(String text) {
    String plain = ADDRESS.matcher(text).replaceAll("ADDRESS");
    plain = PEER.matcher(plain).replaceAll("PEER");
    plain = BREAKS.matcher(plain).replaceAll(" ");
    plain = plain.substring(0, Math.min(plain.length(), MAX_TEXT_CHARS));
    counts.merge(counts.size() < MAX_TEXTS ? plain : "and more", 1L, Long::sum);
  }

  /** Counts what the library counts, under its name and tags. */
  Metrics metrics() {
    return new Metrics() {
      @Override
      public Counter counter(String name, String... tags) {
        String text = "counter " + name + " " + String.join(" ", tags);
        return amount -> counts.merge(text, amount, Long::sum);
      }

      @Override
      public Timer timer(String name, String... tags) {
        return nanos -> {};
      }

      @Override
      public void gauge(String name, LongSupplier value, String... tags) {}
    };
  }

  void forget() {
    counts.clear();
  }

  /** All on one line: count, blank, text, tab. */
  String line() {
    var line = new StringBuilder();
    new TreeMap<>(counts)
        .forEach((text, count) -> line.append(count).append(' ').append(text).append('\t'));
    return line.toString();
  }
}
