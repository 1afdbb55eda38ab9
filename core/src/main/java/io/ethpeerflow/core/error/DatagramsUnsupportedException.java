package io.ethpeerflow.core.error;

/** A connection carries no datagrams: its transport has none, or the remote accepts none. */
public final class DatagramsUnsupportedException extends P2pException {
  private static final long serialVersionUID = 1L;

  private final String transport;
  private final String muxer;

  /**
   * A refusal.
   *
   * @param transport the transport's name, for example {@code tcp}
   * @param muxer the muxer's id, for example {@code /yamux/1.0.0}
   */
  public DatagramsUnsupportedException(String transport, String muxer) {
    super(
        "no datagrams on this connection: transport "
            + transport
            + " with muxer "
            + muxer
            + " carries none, or the remote accepts none");
    this.transport = transport;
    this.muxer = muxer;
  }

  /** The transport's name. */
  public String transport() {
    return transport;
  }

  /** The muxer's id. */
  public String muxer() {
    return muxer;
  }
}
