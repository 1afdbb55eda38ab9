package io.ethpeerflow.core;

/** Which side opened a connection or a stream. */
public enum Direction {
  /** The remote opened it. */
  INBOUND,
  /** We opened it. */
  OUTBOUND
}
