package io.ethpeerflow.quic;

/** How a sender finds its rate. */
public enum QuicCongestionControl {
  /** CUBIC, RFC 9438; what the deployed libp2p implementations use. */
  CUBIC,
  /** NewReno, RFC 9002 section 7. */
  RENO,
  /** BBR: models the path instead of filling its queue. */
  BBR
}
