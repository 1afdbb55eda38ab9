package io.ethpeerflow.core.error;

import org.jspecify.annotations.Nullable;

/** No protocol in common, or the negotiation broke its rules or its deadline. */
public class NegotiationException extends P2pException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what arrived and what was allowed. */
  public NegotiationException(String message) {
    super(message);
  }

  /** With a message and what led to it. */
  public NegotiationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
