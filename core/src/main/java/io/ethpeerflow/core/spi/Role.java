package io.ethpeerflow.core.spi;

/**
 * The part played in negotiation, handshake and muxing. Usually the dialer initiates; a hole punch
 * may turn that round.
 */
public enum Role {
  /** Speaks first: multistream dialer, Noise initiator, TLS client, Yamux client. */
  INITIATOR,
  /** Answers. */
  RESPONDER
}
