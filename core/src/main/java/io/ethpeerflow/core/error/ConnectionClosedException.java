package io.ethpeerflow.core.error;

import org.jspecify.annotations.Nullable;

/**
 * The connection ended before or while something was done on it. Without a stack trace, as {@link
 * StreamResetException}.
 */
public class ConnectionClosedException extends P2pException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what arrived and what was allowed. */
  public ConnectionClosedException(String message) {
    super(message, null, false);
  }

  /** With a message and what led to it. */
  public ConnectionClosedException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
