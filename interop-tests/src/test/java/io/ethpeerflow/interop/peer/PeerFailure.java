package io.ethpeerflow.interop.peer;

/** A peer program did not do what it was asked to. */
public final class PeerFailure extends AssertionError {
  private static final long serialVersionUID = 1L;

  PeerFailure(String message) {
    super(message);
  }
}
