package io.ethpeerflow.core.spi;

/** Makes a transport; found with {@link java.util.ServiceLoader}. */
public interface TransportProvider {
  /**
   * Makes the transport for one host. One that cannot run here, for want of a native library or
   * another optional artifact, is an {@link UnavailableTransport}, which says so to those who use
   * its addresses.
   *
   * @throws IllegalStateException with what is missing, when not even its addresses can be told; a
   *     host that found the provider on its class path then goes without, and says so to whoever
   *     uses an address that no transport takes
   */
  Transport create(TransportContext context);
}
