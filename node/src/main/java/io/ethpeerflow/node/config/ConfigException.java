package io.ethpeerflow.node.config;

/**
 * A configuration that cannot be used. The message names file, line, column and what is expected.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigException(String source, Position at, String message) {
    super(source + ":" + at.line() + ":" + at.column() + ": " + message);
  }
}
