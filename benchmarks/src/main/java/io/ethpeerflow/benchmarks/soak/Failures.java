package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.core.error.P2pException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What may fail while there is trouble, and what never. */
final class Failures {
  private Failures() {}

  /** The failure itself, without the wrappers of futures. */
  static Throwable unwrap(Throwable failure) {
    Throwable found = failure;
    while ((found instanceof CompletionException || found instanceof ExecutionException)
        && found.getCause() != null) {
      found = found.getCause();
    }
    return found;
  }

  /**
   * Whether a failure is one that a disturbance may cause: the errors that the API promises. Wrong
   * bytes, waits without an end and anything else are defects at any time.
   */
  static boolean mayBeProvoked(Throwable failure) {
    Throwable cause = unwrap(failure);
    return !(cause instanceof Defect)
        && (cause instanceof P2pException
            || cause instanceof IOException
            || cause instanceof CancellationException
            // what a stream says that ended in order before the operation came
            || cause.getClass() == IllegalStateException.class);
  }

  static String describe(Throwable failure) {
    Throwable cause = unwrap(failure);
    var text = new StringBuilder(cause.toString());
    if (!mayBeProvoked(cause)) {
      for (StackTraceElement frame : cause.getStackTrace()) {
        if (text.length() > 600) {
          break;
        }
        text.append(" at ").append(frame);
      }
    }
    return text.toString();
  }

  /** Something that no disturbance excuses. */
  static final class Defect extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Defect(String message) {
      super(message);
    }
  }
}
