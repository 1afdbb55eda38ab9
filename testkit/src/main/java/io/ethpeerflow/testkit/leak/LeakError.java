package io.ethpeerflow.testkit.leak;

/** A test class left something behind; the message lists what, and where it came from. */
public final class LeakError extends AssertionError {
  private static final long serialVersionUID = 1;

  LeakError(String message) {
    super(message);
  }
}
