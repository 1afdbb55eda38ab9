package io.ethpeerflow.testkit.attack;

/** The remote has ended the connection: what many an attack waits for. */
public final class RemoteEndedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Ending how;

  RemoteEndedException(Ending how, String when) {
    super(how + " " + when);
    this.how = how;
  }

  /** How it ended. */
  public Ending how() {
    return how;
  }
}
