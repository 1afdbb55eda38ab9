package io.ethpeerflow.host;

import io.ethpeerflow.core.ConnectionManager;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Peerstore;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.LoopOwned;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.spi.TransportProvider;
import io.ethpeerflow.core.spi.Upgrader;
import io.ethpeerflow.host.connections.ConnectionTrimmer;
import io.ethpeerflow.host.dial.AddressResolver;
import io.ethpeerflow.host.dial.Dialer;
import io.ethpeerflow.host.dial.Transports;
import io.ethpeerflow.host.identify.Identify;
import io.ethpeerflow.host.identify.LocalIdentity;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.host.loop.netty.SystemEntropy;
import io.ethpeerflow.host.loop.netty.WallClock;
import io.ethpeerflow.host.peerstore.MemoryPeerstore;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.resolve.DnsAddressResolver;
import io.ethpeerflow.host.resolve.netty.NettyNameService;
import io.ethpeerflow.host.swarm.EventBus;
import io.ethpeerflow.host.swarm.ProtocolRegistry;
import io.ethpeerflow.host.swarm.Swarm;
import io.ethpeerflow.host.upgrade.LinkUpgrader;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.yamux.Yamux;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a host, made from its builder and joined once. */
final class HostParts implements TransportContext {
  private static final Logger LOG = LoggerFactory.getLogger(HostParts.class);
  private static final int MAX_DEFAULT_LOOPS = 8;

  private final PrivateKey identity;
  private final PeerId localPeer;
  private final SecureRandom random;
  private final Metrics metrics;
  private final Gater gater;
  private final Loops loops;
  private final @Nullable NettyLoops ownLoops;
  private final Limits limits;
  private final Upgrader upgrader;
  private final ProtocolRegistry registry;
  private final EventBus events;
  private final Swarm swarm;
  private final Transports transports = new Transports();
  private final Dialer dialer;
  private final HostConfig config;
  private final Loop hostLoop;
  private final LongSupplier recordSequence;
  private final @Nullable NettyNameService names;
  private final @Nullable NoiseSecurity ownNoise;
  private final @Nullable TlsSecurity ownTls;
  private final Peerstore peerstore;
  private final ConnectionTrimmer connectionManager;
  private final LocalInterfaces interfaces;

  private HostParts(HostBuilder builder) {
    config = builder.config;
    random = builder.random == null ? SystemEntropy.source() : builder.random;
    identity =
        builder.identity == null ? PrivateKey.generate(KeyType.ED25519, random) : builder.identity;
    localPeer = PeerId.of(identity.publicKey());
    recordSequence = builder.recordSequence;
    metrics = builder.metrics;
    gater = builder.gater;
    limits =
        builder.limits == null ? new ResourceManager(config.limits(), metrics) : builder.limits;
    if (builder.loops == null) {
      ownLoops = NettyLoops.start(loopThreads(config), config.preferNative());
      loops = ownLoops;
    } else {
      ownLoops = null;
      loops = builder.loops;
    }
    List<SecurityProtocol> securities = builder.securities;
    if (securities.isEmpty()) {
      ownNoise = new NoiseSecurity();
      ownTls = new TlsSecurity(WallClock.source());
      // [spec connections/baseline]
      securities = List.of(ownNoise, ownTls);
    } else {
      ownNoise = null;
      ownTls = null;
    }
    List<Muxer> muxers = builder.muxers.isEmpty() ? List.of(new Yamux()) : builder.muxers;
    upgrader =
        new LinkUpgrader(identity, securities, muxers, config.upgrade(), gater, random, metrics);
    hostLoop = loops.next();
    interfaces = new SystemInterfaces(hostLoop::nanoTime);
    events = new EventBus(hostLoop);
    registry =
        new ProtocolRegistry(
            protocols -> events().publish(new HostEvent.LocalProtocolsChanged(protocols)));
    swarm =
        new Swarm(
            localPeer,
            hostLoop,
            config.swarm(),
            registry,
            config.upgrade().multistream(),
            events,
            metrics);
    peerstore = new MemoryPeerstore(config.peerstore(), hostLoop::nanoTime);
    connectionManager = new ConnectionTrimmer(config.connections(), swarm, hostLoop, metrics);
    names = builder.resolver == null && ownLoops != null ? new NettyNameService(ownLoops) : null;
    AddressResolver resolver = builder.resolver;
    if (resolver == null) {
      resolver = names == null ? HostParts::withoutNames : new DnsAddressResolver(names);
    }
    dialer =
        new Dialer(config.dial(), hostLoop, transports, resolver, gater, swarm::register, metrics);
    try {
      makeTransports(builder);
    } catch (RuntimeException | Error failure) {
      transports.close();
      stop();
      awaitStopped();
      throw failure;
    }
  }

  private void makeTransports(HostBuilder builder) {
    if (!builder.transports.isEmpty()) {
      builder.transports.forEach(provider -> transports.add(provider.create(this)));
      return;
    }
    Iterator<TransportProvider> found = ServiceLoader.load(TransportProvider.class).iterator();
    while (true) {
      try {
        if (!found.hasNext()) {
          return;
        }
        transports.add(found.next().create(this));
      } catch (IllegalStateException | ServiceConfigurationError | LinkageError failure) {
        LOG.warn("a transport on the class path cannot be used: {}", failure.toString());
        transports.addMissing(
            failure instanceof IllegalStateException
                ? String.valueOf(failure.getMessage())
                : failure.toString());
      }
    }
  }

  private static CompletableFuture<List<Multiaddr>> withoutNames(
      Multiaddr address, @Nullable PeerId peer) {
    return CompletableFuture.failedFuture(
        new P2pException("no name service: " + address + " cannot be resolved"));
  }

  static HostParts assemble(HostBuilder builder) {
    return new HostParts(builder);
  }

  private static int loopThreads(HostConfig config) {
    return config.loopThreads() > 0
        ? config.loopThreads()
        : Math.min(MAX_DEFAULT_LOOPS, Runtime.getRuntime().availableProcessors());
  }

  /** Registers the host's own protocols. */
  void startServices(Host host) {
    connectionManager.start();
    if (config.ping().maxInboundPerPeer() > 0) {
      Ping.serve(host, config.ping());
    }
    var local =
        new LocalIdentity(
            identity,
            config.agentVersion(),
            () -> host.addrInfo().addresses(),
            registry::protocols,
            recordSequence);
    var identify = new Identify(host, config.identify(), local, events, hostLoop, metrics);
    identify.start();
    swarm.onEachConnection(identify::identify);
  }

  ProtocolRegistry registry() {
    return registry;
  }

  EventBus events() {
    return events;
  }

  Swarm swarm() {
    return swarm;
  }

  Dialer dialer() {
    return dialer;
  }

  Transports transports() {
    return transports;
  }

  Peerstore peerstore() {
    return peerstore;
  }

  ConnectionManager connectionManager() {
    return connectionManager;
  }

  LocalInterfaces interfaces() {
    return interfaces;
  }

  boolean onLoopThread() {
    return Thread.currentThread() instanceof LoopOwned;
  }

  /** Begins to stop what the host owns. */
  void stop() {
    connectionManager.stop();
    if (names != null) {
      names.close();
    }
    if (ownLoops != null) {
      ownLoops.stop();
    }
  }

  /** Waits until what {@link #stop()} began is over. */
  void awaitStopped() {
    if (ownLoops != null) {
      ownLoops.close();
    }
    if (ownNoise != null) {
      ownNoise.close();
    }
    if (ownTls != null) {
      ownTls.close();
    }
  }

  @Override
  public PeerId localPeer() {
    return localPeer;
  }

  @Override
  public PrivateKey identity() {
    return identity;
  }

  @Override
  public Loops loops() {
    return loops;
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public Gater gater() {
    return gater;
  }

  @Override
  public Upgrader upgrader() {
    return upgrader;
  }

  @Override
  public SecureRandom random() {
    return random;
  }

  @Override
  public Metrics metrics() {
    return metrics;
  }
}
