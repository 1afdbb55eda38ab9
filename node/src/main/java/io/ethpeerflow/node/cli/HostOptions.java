package io.ethpeerflow.node.cli;

import io.ethpeerflow.host.HostBuilder;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.node.config.SecurityChoice;
import io.ethpeerflow.node.config.SecuritySet;
import io.ethpeerflow.node.daemon.IdentityFile;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.yamux.Yamux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a host. */
final class HostOptions {
  /** The muxers there are. */
  enum MuxerChoice {
    /** Yamux. */
    YAMUX
  }

  @Option(
      names = "--security",
      split = ",",
      paramLabel = "PROTOCOL",
      defaultValue = "noise,tls",
      description = "Over TCP: noise and tls, best first. Default: ${DEFAULT-VALUE}.")
  private List<SecurityChoice> securities = List.of();

  @Option(
      names = "--muxer",
      split = ",",
      paramLabel = "MUXER",
      defaultValue = "yamux",
      description = "Over TCP: only yamux so far.")
  private List<MuxerChoice> muxers = List.of();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The identity; made when there is no such file. Default: a new one, not kept.")
  private @Nullable Path key;

  HostOptions() {}

  /** What {@code --security} says; to be closed after the host. */
  SecuritySet securities() {
    return new SecuritySet(securities);
  }

  /** A builder with all of it. */
  HostBuilder builder(Terminal terminal, SecuritySet chosen) throws IOException {
    HostBuilder builder =
        Libp2p.host()
            .security(chosen.protocols())
            .muxer(muxers.stream().distinct().map(yamux -> new Yamux()).toArray(Yamux[]::new));
    if (key != null) {
      builder.identity(IdentityFile.readOrCreate(key, KeyType.ED25519, terminal.variables()).key());
    }
    return builder;
  }
}
