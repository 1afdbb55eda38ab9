package io.ethpeerflow.node.cli;

import io.ethpeerflow.node.config.ConfigReader;
import io.ethpeerflow.node.config.NodeConfig;
import io.ethpeerflow.node.daemon.Daemon;
import io.ethpeerflow.node.daemon.DataFolder;
import io.ethpeerflow.node.logging.Logging;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The daemon. */
@Command(
    name = "run",
    description = {
      "Runs a node.",
      "Without a configuration it listens on port 4001 of all interfaces, TCP and QUIC, and serves"
          + " ping and identify. On SIGTERM or SIGINT it accepts nothing more, lets streams finish"
          + " within ten seconds, and ends."
    })
final class RunCommand extends NodeCommand {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration; 'peerflow config --defaults' shows what it may say.")
  private @Nullable Path config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where the node keeps its identity; goes before dataDir. Default: ethpeerflow in the XDG"
              + " data folder.")
  private @Nullable Path dataDir;

  RunCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    NodeConfig settings =
        config == null
            ? NodeConfig.DEFAULT
            : ConfigReader.read(config, DataFolder.home(terminal().variables()));
    if (dataDir != null) {
      settings = settings.withDataDir(dataDir);
    }
    if (!isVerbose()) {
      Logging.configure(settings.logging(), terminal().err());
    }
    var stop = terminal().stop().requested();
    try (Daemon daemon = Daemon.start(settings, terminal().variables())) {
      announce(daemon);
      stop.get();
      daemon.stop();
    }
    return CommandStatus.OK;
  }

  private void announce(Daemon daemon) {
    List<Multiaddr> addresses = daemon.host().addrInfo().fullAddresses();
    var metrics = daemon.metricsAddress();
    String url =
        metrics == null
            ? null
            : "http://" + metrics.getHostString() + ":" + metrics.getPort() + "/metrics";
    if (isJson()) {
      JsonLine line =
          JsonLine.of().put("peer", daemon.host().id().toString()).put("addrs", addresses);
      print("", url == null ? line : line.put("metrics", url));
    } else {
      addresses.forEach(address -> out().println("listening on " + address));
      if (url != null) {
        out().println("metrics on " + url);
      }
      out().flush();
    }
  }
}
