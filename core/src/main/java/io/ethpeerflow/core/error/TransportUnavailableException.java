package io.ethpeerflow.core.error;

/**
 * A transport that is there but cannot run here, for example because its native library is missing:
 * says what would make it run. It tells nothing of the network or of the remote.
 */
public final class TransportUnavailableException extends P2pException {
  private static final long serialVersionUID = 1L;

  private final String transport;

  /**
   * A refusal.
   *
   * @param transport the transport's name, for example {@code quic}
   * @param reason what is missing, such as the name of an artifact
   */
  public TransportUnavailableException(String transport, String reason) {
    super("transport " + transport + " cannot be used here: " + reason);
    this.transport = transport;
  }

  /** The transport's name. */
  public String transport() {
    return transport;
  }
}
