package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.spi.TransportProvider;

/** Makes the TCP transport; a host speaks TCP out of the box. */
public final class TcpTransportProvider implements TransportProvider {
  private final TcpConfig config;

  /** With the default configuration. */
  public TcpTransportProvider() {
    this(TcpConfig.DEFAULT);
  }

  /** With a configuration. */
  public TcpTransportProvider(TcpConfig config) {
    this.config = config;
  }

  @Override
  public Transport create(TransportContext context) {
    return new TcpTransport(context, config);
  }
}
