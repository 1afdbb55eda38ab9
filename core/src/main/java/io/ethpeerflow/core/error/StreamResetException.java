package io.ethpeerflow.core.error;

import io.ethpeerflow.core.StreamErrorCode;

/**
 * A stream, or the half of it that was used, was reset. Without a stack trace: it is made on the
 * event loop, for each stream of a connection that ends and each reset that a remote sends.
 */
public class StreamResetException extends P2pException {
  private static final long serialVersionUID = 1L;

  private final transient StreamErrorCode code;
  private final boolean byRemote;

  /** A reset with its code and its side. */
  public StreamResetException(StreamErrorCode code, boolean byRemote) {
    super(
        "stream reset by " + (byRemote ? "the remote" : "this side") + " with code " + code,
        null,
        false);
    this.code = code;
    this.byRemote = byRemote;
  }

  /** Why; {@link StreamErrorCode#NO_ERROR} when no reason was carried. */
  public StreamErrorCode code() {
    return code;
  }

  /** Whether the remote reset it. */
  public boolean byRemote() {
    return byRemote;
  }
}
