package io.ethpeerflow.wire;

import java.util.Objects;

/**
 * Input that breaks a wire format or one of its limits. The message says what arrived and what was
 * allowed.
 *
 * <p>Checked, because input from a peer is expected to be wrong sometimes; without a stack trace,
 * because a peer chooses how often it is thrown.
 */
public final class WireFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what arrived and what was allowed; never a secret
   */
  public WireFormatException(String message) {
    super(message, null, false, false);
  }

  /** What arrived and what was allowed. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
