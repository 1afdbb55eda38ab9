package io.ethpeerflow.host.dial;

import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The transports of a host, in the order in which they are asked, and the reasons for those that
 * are missing. Any thread.
 */
public final class Transports {
  private final List<Transport> present = new CopyOnWriteArrayList<>();
  private final List<String> missing = new CopyOnWriteArrayList<>();

  /** With these; more may be added. */
  public Transports(Transport... transports) {
    present.addAll(List.of(transports));
  }

  /** Adds a transport, which is asked after those that are there. */
  public void add(Transport transport) {
    present.add(transport);
  }

  /**
   * Takes note of a transport that could not be made.
   *
   * @param reason a phrase that names it and what it lacks
   */
  public void addMissing(String reason) {
    missing.add(reason);
  }

  /** The transport that dials an address, or null. */
  public @Nullable Transport dialing(Multiaddr address) {
    for (Transport transport : present) {
      if (transport.canDial(address)) {
        return transport;
      }
    }
    return null;
  }

  /** The transport that listens on an address, or null. */
  public @Nullable Transport listening(Multiaddr address) {
    for (Transport transport : present) {
      if (transport.canListen(address)) {
        return transport;
      }
    }
    return null;
  }

  /** Completes a message that says that no transport takes an address. */
  public String noneBecause(String message) {
    return missing.isEmpty()
        ? message
        : message + " (could not be loaded: " + String.join("; ", missing) + ")";
  }

  /** Closes each. */
  public void close() {
    present.forEach(Transport::close);
  }
}
