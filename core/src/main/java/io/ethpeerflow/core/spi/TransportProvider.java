package io.ethpeerflow.core.spi;

/** Makes a transport; found with {@link java.util.ServiceLoader}. */
public interface TransportProvider {
  /**
   * Makes the transport for one host.
   *
   * @throws IllegalStateException with what is missing, when the transport cannot run here
   */
  Transport create(TransportContext context);
}
