package io.ethpeerflow.core;

import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.StreamResetException;

/** How a stream ended, once both of its halves had. */
public sealed interface StreamEnd {
  /** What operations fail with that were pending when it ended, or come later. */
  default RuntimeException asException() {
    return switch (this) {
      case Finished finished -> new IllegalStateException("the stream has finished");
      case Reset reset -> new StreamResetException(reset.code(), reset.byRemote());
      case ConnectionEnded ended ->
          new ConnectionClosedException(
              "connection ended: " + ended.reason().by() + " " + ended.reason().code(),
              ended.reason().cause());
    };
  }

  /** Both halves were closed in order. */
  record Finished() implements StreamEnd {}

  /**
   * A half was reset.
   *
   * @param code the reason; {@link StreamErrorCode#NO_ERROR} when none was carried
   * @param byRemote whether the remote reset it first
   */
  record Reset(StreamErrorCode code, boolean byRemote) implements StreamEnd {}

  /**
   * The connection ended first.
   *
   * @param reason how
   */
  record ConnectionEnded(CloseReason reason) implements StreamEnd {}
}
