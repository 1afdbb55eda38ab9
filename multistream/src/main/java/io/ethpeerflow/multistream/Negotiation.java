package io.ethpeerflow.multistream;

import io.ethpeerflow.core.error.NegotiationException;
import io.ethpeerflow.wire.protocol.ProtocolId;

/** Where a negotiation stands after some input. */
public sealed interface Negotiation {
  /** All input was read; more is needed. */
  enum Pending implements Negotiation {
    /** The one instance. */
    INSTANCE
  }

  /**
   * It has ended well. What the input still holds belongs to the protocol.
   *
   * @param protocol what both sides speak from now on
   */
  record Agreed(ProtocolId protocol) implements Negotiation {}

  /**
   * It has ended badly: the stream is to be reset, the connection closed.
   *
   * @param reason which side is to blame, for the error code that the remote is told
   * @param detail what arrived and what was allowed; for logs, without control characters
   */
  record Failed(Reason reason, String detail) implements Negotiation {
    /** As futures carry it. */
    public NegotiationException exception() {
      return new NegotiationException(detail);
    }
  }

  /** Why a negotiation failed. */
  enum Reason {
    /** No protocol in common, within the number of attempts allowed. */
    NO_COMMON_PROTOCOL,
    /** The remote ended the stream first. */
    ENDED,
    /** The remote broke the rules or a limit. */
    VIOLATION
  }
}
