package io.ethpeerflow.core.error;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The root of what futures of this library fail with. */
public class P2pException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what arrived and what was allowed. */
  public P2pException(String message) {
    super(message);
  }

  /** With a message and what led to it. */
  public P2pException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * For failures that a remote can cause in great numbers: without a stack trace, whose cost would
   * be an attack of its own.
   */
  P2pException(@Nullable String message, @Nullable Throwable cause, boolean withStackTrace) {
    super(message, cause, withStackTrace, withStackTrace);
  }

  /** What a stage of futures failed with, without the wrapper that a later stage put around it. */
  public static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : failure;
  }
}
