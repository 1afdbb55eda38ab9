package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.node.config.LimitsSettings;
import io.ethpeerflow.node.config.SecuritySet;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A host to dial, for tests and measurements. */
@Command(
    name = "listen",
    description = {
      "Serves ping, identify, echo and perf, for tests and measurements.",
      "Ends on SIGTERM or SIGINT. Room for many connections of one peer: 'run' is the node."
    })
final class ListenCommand extends NodeCommand {
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final long BYTES_PER_CONNECTION = 256 << 10;
  private static final int MAX_CONNECTIONS = 65_536;
  private static final int STREAMS = 1 << 18;

  @Option(
      names = "--listen",
      required = true,
      arity = "1..*",
      paramLabel = "MULTIADDR",
      converter = MultiaddrConverter.class,
      description =
          "Where to listen, such as /ip4/0.0.0.0/tcp/4001 or /ip4/0.0.0.0/udp/4001/quic-v1; port 0"
              + " lets the system choose. May be repeated.")
  private List<Multiaddr> addresses = List.of();

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "8192",
      description = "How many connections to allow, by one peer or by many. Default: 8192.")
  private int connections;

  @Mixin private HostOptions hostOptions = new HostOptions();

  ListenCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw usage("--connections: " + connections + " is not 1 to " + MAX_CONNECTIONS);
    }
    var stop = terminal().stop().requested();
    try (SecuritySet securities = hostOptions.securities();
        Host host = hostOptions.builder(terminal(), securities).config(config()).start().get()) {
      Echo.serve(host);
      Perf.serve(host);
      print(host.id().toString(), listen(host));
      stop.get();
      host.shutdown(GRACE).get(GRACE.toNanos() * 2, TimeUnit.NANOSECONDS);
    }
    return CommandStatus.OK;
  }

  /** Room for measurements: one peer may take all of it. */
  private HostConfig config() {
    long memoryBytes = Math.max(LimitsConfig.MIN_MEMORY_BYTES, connections * BYTES_PER_CONNECTION);
    LimitsSettings limits =
        new LimitsSettings(
            connections,
            STREAMS,
            memoryBytes,
            new LimitsSettings.PerPeer(connections, STREAMS, memoryBytes));
    return HostConfig.DEFAULT.withLimits(limits.toLimits()).withConnections(limits.toConnections());
  }

  /** The addresses in the order that they were asked for. */
  private List<Multiaddr> listen(Host host) throws Exception {
    Set<Multiaddr> bound = new LinkedHashSet<>();
    for (Multiaddr address : addresses) {
      host.listen(address).get();
      bound.addAll(host.addrInfo().addresses());
    }
    return new AddrInfo(host.id(), List.copyOf(bound)).fullAddresses();
  }

  private void print(String peer, List<Multiaddr> listening) {
    if (isJson()) {
      print("", JsonLine.of().put("peer", peer).put("addrs", listening));
    } else {
      listening.forEach(address -> out().println("listening on " + address));
      out().flush();
    }
  }
}
