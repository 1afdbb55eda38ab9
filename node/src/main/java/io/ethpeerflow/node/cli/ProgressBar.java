package io.ethpeerflow.node.cli;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * One line on the terminal that shows how far something is. Without a terminal, or with {@code
 * --json}, it shows nothing.
 */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 100_000_000;
  private static final String CLEAR_LINE = "\r\033[K";

  private final String label;
  private final @Nullable PrintStream screen;
  private long drawnNanos;
  private boolean drawn;

  private ProgressBar(String label, @Nullable PrintStream screen) {
    this.label = label;
    this.screen = screen;
    this.drawnNanos = System.nanoTime();
  }

  static ProgressBar on(NodeCommand command, String label) {
    boolean visible = command.terminal().interactive() && !command.isJson();
    return new ProgressBar(label, visible ? command.terminal().err() : null);
  }

  /**
   * Draws, unless it was drawn a moment ago.
   *
   * @param fraction 0 to 1
   * @param text behind the bar
   */
  void show(double fraction, String text) {
    long nowNanos = System.nanoTime();
    if (screen == null || nowNanos - drawnNanos < REDRAW_NANOS) {
      return;
    }
    drawnNanos = nowNanos;
    drawn = true;
    int full = (int) Math.round(Math.clamp(fraction, 0, 1) * WIDTH);
    screen.print(
        CLEAR_LINE + label + " [" + "#".repeat(full) + "-".repeat(WIDTH - full) + "] " + text);
    screen.flush();
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (screen != null && drawn) {
      screen.print(CLEAR_LINE);
      screen.flush();
    }
  }
}
