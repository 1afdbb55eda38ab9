package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.gossipsub.GossipSub;
import io.ethpeerflow.gossipsub.GossipSubConfig;
import io.ethpeerflow.gossipsub.Topic;
import io.ethpeerflow.gossipsub.sign.MessageIdFunction;
import io.ethpeerflow.gossipsub.sign.SigningPolicy;
import io.ethpeerflow.node.config.SecuritySet;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about one topic of pubsub, with a host that lives as long as the command. */
abstract class PubsubCommand extends NodeCommand {
  private static final double MAX_TIMEOUT_SECONDS = 24 * 3600;

  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
  private String topic = "";

  @Option(
      names = "--peer",
      paramLabel = "MULTIADDR",
      converter = PeerAddressConverter.class,
      description = "A peer to connect to, with its id at the end. May be repeated.")
  private List<AddrInfo> peers = List.of();

  @Option(
      names = "--listen",
      paramLabel = "MULTIADDR",
      converter = MultiaddrConverter.class,
      description = "Where to listen; told on stderr. May be repeated. Default: nowhere.")
  private List<Multiaddr> listen = List.of();

  @Option(
      names = "--unsigned",
      description = {
        "Messages without author and signature, known by the SHA-256 of what they say.",
        "All peers of the topic have to have it so. Default: signed."
      })
  private boolean unsigned;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "How long to wait for a peer. Default: ${DEFAULT-VALUE}.")
  private double timeoutSeconds;

  @Mixin private HostOptions hostOptions = new HostOptions();

  PubsubCommand(Terminal terminal) {
    super(terminal);
  }

  /** Does the work, on the calling thread, which may block. */
  abstract int run(Host host, Topic joined) throws Exception;

  /** Refuses options that make no sense, by {@link #usage}. */
  void checkOptions() {}

  @Override
  public final Integer call() throws Exception {
    if (!(timeoutSeconds > 0) || timeoutSeconds > MAX_TIMEOUT_SECONDS) {
      throw usage("--timeout: " + timeoutSeconds + " is not over 0 and up to a day");
    }
    if (peers.isEmpty() && listen.isEmpty()) {
      throw usage("neither --peer nor --listen: nobody would be there");
    }
    checkOptions();
    try (SecuritySet securities = hostOptions.securities();
        Host host = hostOptions.builder(terminal(), securities).start().get();
        GossipSub pubsub = GossipSub.attach(host, config())) {
      for (Multiaddr address : listen) {
        host.listen(address).get();
      }
      for (Multiaddr address : host.addrInfo().fullAddresses()) {
        terminal().err().println("listening on " + address);
      }
      return run(host, pubsub.join(topic));
    }
  }

  private GossipSubConfig config() {
    return unsigned
        ? GossipSubConfig.DEFAULT.withSigning(
            SigningPolicy.STRICT_NO_SIGN, MessageIdFunction.SHA256_OF_DATA)
        : GossipSubConfig.DEFAULT;
  }

  final List<AddrInfo> peers() {
    return peers;
  }

  final Duration timeout() {
    return Duration.ofNanos((long) (timeoutSeconds * 1e9));
  }

  /** Connects to all peers; fails when none can be reached, and tells of each that cannot. */
  final void connect(Host host) throws Exception {
    Exception last = null;
    int connected = 0;
    for (AddrInfo peer : peers) {
      try {
        host.connect(peer, DialOptions.DEFAULT.withTimeout(timeout()))
            .get(timeout().toNanos(), TimeUnit.NANOSECONDS);
        connected++;
      } catch (ExecutionException | TimeoutException failure) {
        last =
            failure.getCause() instanceof Exception cause
                ? cause
                : new TimeoutException("no answer within " + timeoutSeconds + " s");
        terminal().err().println(peer.id() + ": " + Failures.describe(last));
      }
    }
    if (connected == 0 && last != null) {
      throw last;
    }
  }
}
