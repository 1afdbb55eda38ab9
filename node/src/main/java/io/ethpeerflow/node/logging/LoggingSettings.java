package io.ethpeerflow.node.logging;

/**
 * What is logged, and how.
 *
 * @param level the least important lines that are written
 * @param format how a line looks
 */
public record LoggingSettings(Level level, Format format) {
  /** How important a line is. */
  public enum Level {
    /** Nothing works without a person. */
    ERROR,
    /** A person should look. */
    WARN,
    /** What a node does. */
    INFO,
    /** Why, and what remotes do wrong. */
    DEBUG,
    /** Everything. */
    TRACE
  }

  /** How a line looks. */
  public enum Format {
    /** Time, level, logger, message. */
    TEXT,
    /** One JSON object. */
    JSON
  }

  /** The daemon's. */
  public static final LoggingSettings DEFAULT = new LoggingSettings(Level.INFO, Format.TEXT);

  /** Commands whose output is their result. */
  public static final LoggingSettings QUIET = new LoggingSettings(Level.WARN, Format.TEXT);

  /** Commands that were asked to say more. */
  public static final LoggingSettings VERBOSE = new LoggingSettings(Level.DEBUG, Format.TEXT);
}
