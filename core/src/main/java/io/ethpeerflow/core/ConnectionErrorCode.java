package io.ethpeerflow.core;

/**
 * Why a connection was closed, as a 32-bit code that transports carry where they can; best effort,
 * {@link #NO_ERROR} when absent.
 *
 * @param value 0 to 2<sup>32</sup>-1
 */
public record ConnectionErrorCode(long value) {
  /** Closed in the ordinary way, or the remote gave no reason. */
  public static final ConnectionErrorCode NO_ERROR = new ConnectionErrorCode(0);

  /** No protocol in common, for security, muxer or stream. */
  public static final ConnectionErrorCode NEGOTIATION_FAILED = new ConnectionErrorCode(0x1000);

  /** A limit of connections, memory or descriptors was reached. */
  public static final ConnectionErrorCode RESOURCE_LIMIT = new ConnectionErrorCode(0x1001);

  /** The remote asked for too much in too little time. */
  public static final ConnectionErrorCode RATE_LIMITED = new ConnectionErrorCode(0x1002);

  /** The remote broke a protocol. */
  public static final ConnectionErrorCode PROTOCOL_VIOLATION = new ConnectionErrorCode(0x1003);

  /** Another connection to the same peer took its place. */
  public static final ConnectionErrorCode SUPPLANTED = new ConnectionErrorCode(0x1004);

  /** Trimmed as idle or surplus by the connection manager. */
  public static final ConnectionErrorCode GARBAGE_COLLECTED = new ConnectionErrorCode(0x1005);

  /** The host is shutting down. */
  public static final ConnectionErrorCode SHUTDOWN = new ConnectionErrorCode(0x1006);

  /** Refused by a connection gater. */
  public static final ConnectionErrorCode GATED = new ConnectionErrorCode(0x1007);

  /** The code given by a higher layer did not fit. */
  public static final ConnectionErrorCode CODE_OUT_OF_RANGE = new ConnectionErrorCode(0x1008);

  /** Checks the range. */
  public ConnectionErrorCode {
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException("connection error code: " + value + " is not a u32");
    }
  }

  @Override
  public String toString() {
    return "0x" + Long.toHexString(value);
  }
}
