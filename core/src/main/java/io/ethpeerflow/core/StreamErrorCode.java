package io.ethpeerflow.core;

/**
 * Why a stream, or one half of it, was reset, as a 32-bit code that muxers carry where they can;
 * best effort, {@link #NO_ERROR} when absent.
 *
 * @param value 0 to 2<sup>32</sup>-1
 */
public record StreamErrorCode(long value) {
  /** The remote gave no reason. */
  public static final StreamErrorCode NO_ERROR = new StreamErrorCode(0);

  /** No protocol in common. */
  public static final StreamErrorCode NEGOTIATION_FAILED = new StreamErrorCode(0x1001);

  /** A limit of streams or memory was reached. */
  public static final StreamErrorCode RESOURCE_LIMIT = new StreamErrorCode(0x1002);

  /** The remote asked for too much in too little time. */
  public static final StreamErrorCode RATE_LIMITED = new StreamErrorCode(0x1003);

  /** The remote broke the stream's protocol. */
  public static final StreamErrorCode PROTOCOL_VIOLATION = new StreamErrorCode(0x1004);

  /** Another stream took its place. */
  public static final StreamErrorCode SUPPLANTED = new StreamErrorCode(0x1005);

  /** Collected as abandoned or idle, a missed deadline included. */
  public static final StreamErrorCode GARBAGE_COLLECTED = new StreamErrorCode(0x1006);

  /** The host is shutting down. */
  public static final StreamErrorCode SHUTDOWN = new StreamErrorCode(0x1007);

  /** Refused by a gater, also on a draining connection. */
  public static final StreamErrorCode GATED = new StreamErrorCode(0x1008);

  /** The code given by a higher layer did not fit. */
  public static final StreamErrorCode CODE_OUT_OF_RANGE = new StreamErrorCode(0x1009);

  /** Checks the range. */
  public StreamErrorCode {
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException("stream error code: " + value + " is not a u32");
    }
  }

  @Override
  public String toString() {
    return "0x" + Long.toHexString(value);
  }
}
