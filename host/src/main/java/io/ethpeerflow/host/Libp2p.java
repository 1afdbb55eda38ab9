package io.ethpeerflow.host;

/** Where a host begins: {@code Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start().join()}. */
public final class Libp2p {
  private Libp2p() {}

  /** A builder with the defaults: TCP, Noise and TLS, Yamux, identify and ping; no listeners. */
  public static HostBuilder host() {
    return new HostBuilder();
  }
}
