package io.ethpeerflow.host.sim;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.sim.SimLoops;
import io.ethpeerflow.core.sim.SimTransport;
import io.ethpeerflow.core.sim.TransportDefect;
import io.ethpeerflow.core.suite.SeededSecureRandom;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.net.StreamOptions;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.yamux.Yamux;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One host of a {@link HostWorld}: as in production, but for its socket, its clock and its entropy.
 * It keeps connections to those it wants, as a mesh would, and now and then sends one of them bytes
 * to echo, or pings it.
 */
final class Member {
  private static final List<KeyType> KEYS =
      List.of(KeyType.ED25519, KeyType.SECP256K1, KeyType.ECDSA);
  private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(10);
  private static final long RETRY_NANOS = Duration.ofSeconds(4).toNanos();
  private static final long MAX_REST_NANOS = Duration.ofSeconds(12).toNanos();
  private static final int MAX_ECHO_BYTES = 100_000;

  final SimNode node;
  final ResourceManager limits = new ResourceManager(LimitsConfig.DEFAULT, Metrics.NONE);
  final Set<Member> wanted = new LinkedHashSet<>();
  private final HostWorld world;
  private final String name;
  private final SeededRandom random;
  private final SeededSecureRandom entropy;
  private final SimLoop loop;
  private final Host host;
  private int exchanges;
  private boolean resting;

  Member(HostWorld world, int number, SimNode node, SeededRandom random) {
    this.world = world;
    this.node = node;
    this.name = node.name();
    this.random = random;
    entropy = new SeededSecureRandom(random.nextLong());
    var loops = new SimLoops(world.clock(), name, 2);
    loop = loops.nextSim();
    var records = new AtomicLong();
    var sockets = StreamOptions.DEFAULT.withFragmentReads(number % 2 == 0);
    var builder =
        Libp2p.host()
            .identity(PrivateKey.generate(KEYS.get(number % KEYS.size()), entropy))
            .random(entropy)
            .recordSequence(records::incrementAndGet)
            .loops(loops)
            .limits(limits)
            .security(new NoiseSecurity())
            .muxer(new Yamux())
            .transport(context -> new SimTransport(node, context, sockets, TransportDefect.NONE));
    node.addresses().forEach(address -> builder.listen(listenAddress(address)));
    host = builder.start().join();
    host.handle(Echo.PROTOCOL, this::answer);
    host.on(HostEvent.ConnectionOpened.class, event -> opened(event.connection()));
    host.on(HostEvent.ConnectionClosed.class, this::closed);
    host.on(HostEvent.PeerIdentified.class, this::identified);
    host.on(HostEvent.PeerDisconnected.class, event -> disconnected(event.peer()));
  }

  private static Multiaddr listenAddress(InetAddress address) {
    return Multiaddr.ofTcp(new InetSocketAddress(address, 4001));
  }

  PeerId id() {
    return host.id();
  }

  String name() {
    return name;
  }

  boolean isConnectedTo(Member other) {
    return !host.connections(other.id()).isEmpty();
  }

  /** Connections that are open. */
  int connectionCount() {
    return host.connections().size();
  }

  private void record(String event, String details) {
    world.record(event, name + " " + details);
  }

  private void answer(Stream stream) {
    String remote = world.nameOf(stream.connection().remotePeer());
    record("serve", remote);
    stream.closed().thenAccept(end -> record("served", remote + " " + HostWorld.describe(end)));
    Echo.echo(stream);
  }

  private void opened(Connection connection) {
    record(
        "opened",
        "%s %s %s"
            .formatted(
                world.nameOf(connection.remotePeer()),
                connection.direction(),
                connection.remoteAddress()));
  }

  private void closed(HostEvent.ConnectionClosed event) {
    record(
        "closed",
        world.nameOf(event.connection().remotePeer()) + " " + HostWorld.describe(event.reason()));
  }

  private void identified(HostEvent.PeerIdentified event) {
    record(
        "identified",
        "%s %s %s"
            .formatted(
                world.nameOf(event.connection().remotePeer()),
                event.agentVersion(),
                event.listenAddresses()));
  }

  private void disconnected(PeerId peer) {
    record("disconnected", world.nameOf(peer));
    for (Member other : wanted) {
      if (other.id().equals(peer)) {
        later(random.nextLong(RETRY_NANOS), () -> dial(other));
      }
    }
  }

  private void later(long delayNanos, Runnable action) {
    loop.schedule(
        delayNanos,
        () -> {
          if (!resting) {
            action.run();
          }
        });
  }

  /** Connects to those it wants, each after a while, and begins to talk. */
  void begin() {
    for (Member other : wanted) {
      later(random.nextLong(RETRY_NANOS), () -> dial(other));
    }
    later(random.nextLong(MAX_REST_NANOS), this::talk);
  }

  private void dial(Member other) {
    if (isConnectedTo(other)) {
      return;
    }
    record("dial", other.name);
    host.connect(other.host.addrInfo(), DialOptions.DEFAULT.withTimeout(DIAL_TIMEOUT))
        .whenComplete(
            (connection, failure) -> {
              if (failure != null) {
                record("undialed", other.name + " " + P2pException.unwrap(failure).getMessage());
                later(RETRY_NANOS + random.nextLong(RETRY_NANOS), () -> dial(other));
              }
            });
  }

  private void talk() {
    var connected = new ArrayList<Member>();
    for (Member other : wanted) {
      if (isConnectedTo(other)) {
        connected.add(other);
      }
    }
    if (!connected.isEmpty()) {
      Member other = random.pick(connected);
      if (random.oneIn(4)) {
        ping(other);
      } else {
        exchange(other);
      }
    }
    later(random.nextLong(MAX_REST_NANOS), this::talk);
  }

  private void ping(Member other) {
    Connection connection = host.connections(other.id()).get(0);
    Ping.open(connection, PingConfig.DEFAULT, entropy, loop::nanoTime)
        .thenCompose(session -> session.ping().whenComplete((time, failure) -> session.close()))
        .whenComplete(
            (time, failure) ->
                record(
                    "ping", other.name + " " + (failure == null ? time : HostWorld.kind(failure))));
  }

  private void exchange(Member other) {
    int number = ++exchanges;
    int bytes = random.edgyInt(1, MAX_ECHO_BYTES);
    String details = other.name + " #" + number + " " + bytes + " bytes";
    record("echo", details);
    host.newStream(other.id(), Echo.PROTOCOL)
        .thenCompose(stream -> new EchoExchange(stream, number, bytes).start())
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                world.echoed(this, other, bytes);
              }
              record("echoed", details + " " + (failure == null ? "ok" : HostWorld.kind(failure)));
            });
  }

  /** Stops wanting anything, and closes its host. */
  void end() {
    resting = true;
    host.shutdown(Duration.ofSeconds(5)).thenRun(() -> record("stopped", ""));
  }
}
