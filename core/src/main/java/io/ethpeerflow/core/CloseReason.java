package io.ethpeerflow.core;

import org.jspecify.annotations.Nullable;

/**
 * Who ended a connection, and why.
 *
 * @param by who ended it
 * @param code the code sent or received; {@link ConnectionErrorCode#NO_ERROR} when none was
 * @param cause what failed, for {@link By#FAILURE}, or what led this side to close; null when
 *     closed in the ordinary way
 */
public record CloseReason(By by, ConnectionErrorCode code, @Nullable Throwable cause) {
  /** Who ended a connection. */
  public enum By {
    /** This side closed it. */
    LOCAL,
    /** The remote closed it. */
    REMOTE,
    /** The network, the handshake or the remote's input failed. */
    FAILURE
  }

  /** Closed by this side with a code. */
  public static CloseReason local(ConnectionErrorCode code) {
    return new CloseReason(By.LOCAL, code, null);
  }

  /** Closed by the remote with a code. */
  public static CloseReason remote(ConnectionErrorCode code) {
    return new CloseReason(By.REMOTE, code, null);
  }

  /** Ended by a failure. */
  public static CloseReason failure(ConnectionErrorCode code, Throwable cause) {
    return new CloseReason(By.FAILURE, code, cause);
  }
}
