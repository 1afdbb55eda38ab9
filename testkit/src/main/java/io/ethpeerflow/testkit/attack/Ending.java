package io.ethpeerflow.testkit.attack;

/** How a remote ends a TCP connection. */
public enum Ending {
  /** In order, with a FIN. */
  FIN,
  /** At once, with a RST. */
  RST
}
