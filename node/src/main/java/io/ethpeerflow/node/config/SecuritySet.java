package io.ethpeerflow.node.config;

import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.tls.TlsSecurity;
import java.util.List;

/**
 * Security protocols for one host, which does not own them. {@link #close} after the host frees
 * what they hold outside the heap. Any thread.
 */
public final class SecuritySet implements AutoCloseable {
  private final List<SecurityProtocol> protocols;

  /** New instances, in the given order, each once. */
  public SecuritySet(List<SecurityChoice> choices) {
    protocols = choices.stream().distinct().map(SecurityChoice::create).toList();
  }

  /** The protocols, best first. */
  public SecurityProtocol[] protocols() {
    return protocols.toArray(SecurityProtocol[]::new);
  }

  @Override
  public void close() {
    for (SecurityProtocol protocol : protocols) {
      if (protocol instanceof TlsSecurity tls) {
        tls.close();
      }
    }
  }
}
