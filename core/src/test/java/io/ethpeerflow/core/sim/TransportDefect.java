package io.ethpeerflow.core.sim;

/** A way in which a {@link SimTransport} can be broken, to see that the suite notices. */
public enum TransportDefect {
  /** It keeps the contract. */
  NONE,
  /** A cancelled dial leaves its socket open. */
  LEAKS_ON_CANCEL,
  /** A cancelled dial that was not connected yet goes on. */
  FORGETS_CANCEL_WHILE_CONNECTING,
  /** The timeout of a dial is not looked at. */
  IGNORES_TIMEOUT,
  /** A dial that fails keeps its reservation. */
  LEAKS_SCOPE_ON_FAILURE,
  /** No reservation is made for accepted connections. */
  ACCEPTS_WITHOUT_SCOPE,
  /** Limits of dials are not looked at. */
  DIALS_WITHOUT_SCOPE,
  /** The gater is not asked. */
  IGNORES_GATER,
  /** The expected peer is not passed on. */
  IGNORES_EXPECTED_PEER,
  /** Says it dialed and listens with port 0. */
  REPORTS_PORT_ZERO,
  /** The ends of a connection are reported the wrong way round. */
  SWAPS_ADDRESSES,
  /** Every connection says that we opened it. */
  SAYS_ALWAYS_OUTBOUND,
  /** Closing a listener closes its connections. */
  LISTENER_TAKES_CONNECTIONS_ALONG,
  /** Closing a listener leaves the port open. */
  LISTENER_STAYS_OPEN,
  /** Closing the transport leaves listeners open. */
  TRANSPORT_LEAVES_LISTENERS,
  /** Says that it can dial names. */
  DIALS_ANYTHING,
  /** A dial fails long before its timeout. */
  FAILS_TOO_EARLY,
  /** Every dial initiates, whatever its request says. */
  ALWAYS_INITIATES,
  /** A byte behind the handshake arrives changed. */
  CORRUPTS_BYTES,
  /** Closing a link drops what was written. */
  DROPS_WHAT_IS_NOT_SENT_ON_CLOSE,
  /** The end of a link that failed is told to nobody. */
  KEEPS_QUIET_ABOUT_THE_END
}
