package io.ethpeerflow.core.error;

/**
 * The remote broke a protocol: what machines throw. Checked and stackless; the driver of the
 * machine converts it in one place into a reset or a close.
 */
public final class ProtocolViolation extends Exception {
  private static final long serialVersionUID = 1L;

  /** The scope of a violation that ends the connection. */
  public static final long CONNECTION = -1;

  private final long streamId;
  private final long code;

  private ProtocolViolation(long streamId, long code, String detail) {
    super(detail, null, false, false);
    this.streamId = streamId;
    this.code = code;
  }

  /**
   * A violation that ends the connection.
   *
   * @param code in the protocol's own code space
   * @param detail what arrived, and what was allowed
   */
  public static ProtocolViolation onConnection(long code, String detail) {
    return new ProtocolViolation(CONNECTION, code, detail);
  }

  /**
   * A violation that ends one stream.
   *
   * @param streamId not negative
   * @param code in the protocol's own code space
   * @param detail what arrived, and what was allowed
   */
  public static ProtocolViolation onStream(long streamId, long code, String detail) {
    return new ProtocolViolation(streamId, code, detail);
  }

  /** The stream, or {@link #CONNECTION}. */
  public long streamId() {
    return streamId;
  }

  /** The reason in the protocol's own code space. */
  public long code() {
    return code;
  }
}
