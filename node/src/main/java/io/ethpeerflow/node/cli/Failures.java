package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Says in one line what went wrong. */
final class Failures {
  private Failures() {}

  /** The failure itself, without what futures wrap around it. */
  static Throwable unwrap(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  /**
   * A failure that names the protocol on which it happened: a peer that does not serve it may say
   * so by no more than a reset.
   */
  static P2pException on(ProtocolId protocol, Throwable failure) {
    return new P2pException(protocol + ": " + describe(failure), unwrap(failure));
  }

  /** Who ended a connection, and why. */
  static String describe(CloseReason reason) {
    String by =
        switch (reason.by()) {
          case LOCAL -> "closed by this side";
          case REMOTE -> "closed by the remote";
          case FAILURE -> "failed";
        };
    Throwable cause = reason.cause();
    return by + " with code " + reason.code() + (cause == null ? "" : ", " + describe(cause));
  }

  static String describe(Throwable failure) {
    Throwable inner = unwrap(failure);
    String message = inner.getMessage();
    return switch (inner) {
      case NoSuchFileException missing -> missing.getFile() + ": no such file";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case FileAlreadyExistsException there -> there.getFile() + ": the file exists already";
      case TimeoutException late -> message == null ? "timed out" : message;
      case CancellationException stopped -> message == null ? "cancelled" : message;
      default -> message == null ? inner.getClass().getSimpleName() : message;
    };
  }
}
