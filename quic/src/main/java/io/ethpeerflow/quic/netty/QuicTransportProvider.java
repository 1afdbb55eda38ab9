package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.spi.TransportProvider;
import io.ethpeerflow.quic.QuicConfig;

/**
 * Makes the QUIC transport. Where Netty's native library for this system is not on the class path,
 * a host starts all the same, and dials and listens say which artifact is missing.
 */
public final class QuicTransportProvider implements TransportProvider {
  private final QuicConfig config;

  /** With the default configuration. */
  public QuicTransportProvider() {
    this(QuicConfig.DEFAULT);
  }

  /** With a configuration. */
  public QuicTransportProvider(QuicConfig config) {
    this.config = config;
  }

  @Override
  public Transport create(TransportContext context) {
    return new QuicTransport(context, config);
  }
}
