package io.ethpeerflow.core.error;

import org.jspecify.annotations.Nullable;

/** A security handshake failed: wrong peer, bad signature, refused by the remote, or malformed. */
public class HandshakeException extends P2pException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what arrived and what was allowed. */
  public HandshakeException(String message) {
    super(message);
  }

  /** With a message and what led to it. */
  public HandshakeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
