package io.ethpeerflow.interop.ours;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.event.HostEvent.ConnectionClosed;
import io.ethpeerflow.core.event.HostEvent.PeerDisconnected;
import io.ethpeerflow.core.event.HostEvent.PeerIdentified;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.LimitsUsage;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.host.HostBuilder;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Component;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A host of ours that serves every protocol of the peer contract and notes what it is told. */
public final class OurHost implements AutoCloseable {
  /** For anything that happens without moving much data. */
  public static final Duration LIMIT = Duration.ofSeconds(30);

  private final ResourceManager limits = new ResourceManager(LimitsConfig.DEFAULT, Metrics.NONE);
  private final @Nullable EarlyMuxers earlyMuxers;
  private final Host host;
  private final Map<PeerId, PeerIdentified> identified = new ConcurrentHashMap<>();
  private final List<ConnectionClosed> closed = new CopyOnWriteArrayList<>();
  private final List<PeerId> disconnected = new CopyOnWriteArrayList<>();
  private final List<Stream> echoed = new CopyOnWriteArrayList<>();

  private OurHost(HostSetup setup) {
    Stack stack = setup.stack();
    SecurityProtocol security = stack.createSecurity();
    earlyMuxers = security == null ? null : new EarlyMuxers(security);
    HostConfig config = HostConfig.DEFAULT;
    HostBuilder builder =
        Libp2p.host()
            .identity(PrivateKey.generate(setup.keyType(), new SecureRandom()))
            .listen(stack.listenAddress())
            .transport(stack.transportProvider())
            .limits(limits)
            .config(config.withUpgrade(config.upgrade().withEarlyMuxer(setup.earlyMuxer())));
    if (earlyMuxers != null) {
      builder.security(earlyMuxers);
    }
    host = Await.done(LIMIT, builder.start());
    host.on(PeerIdentified.class, this::onIdentified);
    host.on(ConnectionClosed.class, closed::add);
    host.on(PeerDisconnected.class, event -> disconnected.add(event.peer()));
    host.handle(
        Echo.PROTOCOL,
        stream -> {
          echoed.add(stream);
          Echo.echo(stream);
        });
    Perf.serve(host);
    InteropProtocols.serve(host);
  }

  /** Starts a host on a port that the system chooses, reachable from containers. */
  public static OurHost start(HostSetup setup) {
    return new OurHost(setup);
  }

  /** The host itself. */
  public Host host() {
    return host;
  }

  /** Who we are. */
  public PeerId id() {
    return host.id();
  }

  /** Our address for a peer that reaches this machine at {@code ip}. */
  public Multiaddr address(String ip) {
    Multiaddr bound = host.addrInfo().addresses().get(0);
    List<Component> components = bound.components();
    Multiaddr address = Multiaddr.of("/ip4/" + ip);
    for (Component component : components.subList(1, components.size())) {
      address = address.encapsulate(component);
    }
    return address;
  }

  /** A push does not repeat how the peer sees us. */
  private void onIdentified(PeerIdentified event) {
    identified.merge(
        event.connection().remotePeer(),
        event,
        (before, now) -> now.observedAddress() == null ? before : now);
  }

  /** What identify told of a peer; waits for it. */
  public PeerIdentified identified(PeerId peer) {
    return Await.value("identify of " + peer, LIMIT, () -> identified.get(peer));
  }

  /** Whether the handshake with a peer agreed on the muxer; over TCP only. */
  public boolean usedEarlyMuxer(PeerId peer) {
    return Await.value(
        "handshake with " + peer, LIMIT, () -> Objects.requireNonNull(earlyMuxers).with(peer));
  }

  /** The streams that a peer opened to our echo, oldest first, also those that have ended. */
  public List<Stream> echoed(PeerId peer) {
    return echoed.stream().filter(stream -> stream.connection().remotePeer().equals(peer)).toList();
  }

  /** The events of connections to a peer that have ended. */
  public List<ConnectionClosed> closed(PeerId peer) {
    return closed.stream().filter(event -> isTo(peer, event.connection())).toList();
  }

  private static boolean isTo(PeerId peer, Connection connection) {
    return connection.remotePeer().equals(peer);
  }

  /** Whether it was told that the last connection to a peer ended. */
  public boolean isDisconnected(PeerId peer) {
    return disconnected.contains(peer);
  }

  /** What the connections and streams that are open now hold. */
  public LimitsUsage usage() {
    return limits.usage();
  }

  /** Closes the host and checks that nothing is held any more. */
  @Override
  public void close() {
    host.close();
    if (earlyMuxers != null) {
      earlyMuxers.close();
    }
    Await.until(
        "limits of a closed host, idle: " + limits.usage(), LIMIT, () -> limits.usage().isIdle());
  }
}
