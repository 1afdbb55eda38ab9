package io.ethpeerflow.node.daemon;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.error.AddressInUseException;
import io.ethpeerflow.node.config.NodeConfig;
import io.ethpeerflow.wire.multiaddr.Component;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the listeners of a node. Blocking. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  /** How many ports are tried, from the wanted one upwards. */
  private static final int PORTS_TRIED = 100;

  private static final int MAX_PORT = 0xffff;

  private final Host host;

  Listeners(Host host) {
    this.host = host;
  }

  /**
   * Listens on all addresses that the configuration names, or fails with the first that cannot be
   * had.
   */
  void open(NodeConfig config) {
    if (config.mayMovePort()) {
      openDefaults(config.listen());
    } else {
      config.listen().forEach(address -> host.listen(address).join());
    }
  }

  /**
   * All on the same port, the first one that is free for every address. Where none is, IPv6 cannot
   * be had beside IPv4 (some systems' sockets take both), and IPv4 goes alone.
   *
   * @throws CompletionException when no port is free
   */
  private void openDefaults(List<Multiaddr> wanted) {
    try {
      openOnFreePort(wanted);
    } catch (CompletionException taken) {
      if (!isTaken(taken)) {
        throw taken;
      }
      openOnFreePort(wanted.stream().filter(address -> !address.has(Protocol.IP6)).toList());
      LOG.warn("no port is free for IPv6 too, listening without it");
    }
  }

  private void openOnFreePort(List<Multiaddr> wanted) {
    int wantedPort = portOf(wanted.get(0));
    for (int port = wantedPort; ; port++) {
      try {
        openAll(wanted, port);
        if (port != wantedPort) {
          LOG.warn("port {} is taken, listening on {}", wantedPort, port);
        }
        return;
      } catch (CompletionException taken) {
        if (!isTaken(taken) || port - wantedPort + 1 >= PORTS_TRIED || port == MAX_PORT) {
          throw taken;
        }
      }
    }
  }

  private void openAll(List<Multiaddr> wanted, int port) {
    var bound = new ArrayList<Multiaddr>();
    try {
      for (Multiaddr address : wanted) {
        try {
          bound.add(host.listen(withPort(address, port)).join());
        } catch (CompletionException failure) {
          if (isTaken(failure) || !(address.has(Protocol.IP6) || address.has(Protocol.QUIC_V1))) {
            throw failure;
          }
          LOG.warn("not listening on {}: {}", address, causeOf(failure).getMessage());
        }
      }
    } catch (CompletionException failure) {
      bound.forEach(address -> host.unlisten(address).join());
      throw failure;
    }
  }

  private static Throwable causeOf(CompletionException failure) {
    return Objects.requireNonNullElse(failure.getCause(), failure);
  }

  private static boolean isTaken(CompletionException failure) {
    return causeOf(failure) instanceof AddressInUseException;
  }

  private static int portOf(Multiaddr address) {
    return address.first(Protocol.TCP) instanceof Component.Port tcp ? tcp.port() : 0;
  }

  private static Multiaddr withPort(Multiaddr address, int port) {
    Multiaddr changed = Multiaddr.EMPTY;
    for (Component component : address.components()) {
      changed =
          changed.encapsulate(
              component instanceof Component.Port old
                  ? new Component.Port(old.protocol(), port)
                  : component);
    }
    return changed;
  }
}
