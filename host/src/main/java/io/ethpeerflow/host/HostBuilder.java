package io.ethpeerflow.host;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.TransportProvider;
import io.ethpeerflow.host.dial.AddressResolver;
import io.ethpeerflow.host.loop.netty.WallClock;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds a host. What is not given has the default that {@link Libp2p#host()} names. Transports on
 * the class path are found by {@link java.util.ServiceLoader} unless given. Not thread-safe.
 */
public final class HostBuilder {
  @Nullable PrivateKey identity;
  final List<Multiaddr> listen = new ArrayList<>();
  List<SecurityProtocol> securities = List.of();
  List<Muxer> muxers = List.of();
  List<TransportProvider> transports = List.of();
  HostConfig config = HostConfig.DEFAULT;
  Gater gater = Gater.ALLOW_ALL;
  Metrics metrics = Metrics.NONE;
  @Nullable Limits limits;
  @Nullable Loops loops;
  @Nullable AddressResolver resolver;
  @Nullable SecureRandom random;

  LongSupplier recordSequence = WallClock::millis;

  HostBuilder() {}

  /** The identity key; a new Ed25519 key when none is given. */
  public HostBuilder identity(PrivateKey key) {
    identity = key;
    return this;
  }

  /**
   * Adds listen addresses; port 0 lets the system choose.
   *
   * @throws IllegalArgumentException when one is malformed
   */
  public HostBuilder listen(String... addresses) {
    for (String address : addresses) {
      listen.add(Multiaddr.of(address));
    }
    return this;
  }

  /** Adds listen addresses. */
  public HostBuilder listen(Multiaddr... addresses) {
    listen.addAll(List.of(addresses));
    return this;
  }

  /** The security protocols, best first; Noise, then TLS, when none is given. */
  public HostBuilder security(SecurityProtocol... protocols) {
    securities = List.of(protocols);
    return this;
  }

  /** The muxers, best first; Yamux when none is given. */
  public HostBuilder muxer(Muxer... implementations) {
    muxers = List.of(implementations);
    return this;
  }

  /** The transports, in place of those found on the class path. */
  public HostBuilder transport(TransportProvider... providers) {
    transports = List.of(providers);
    return this;
  }

  /** Limits and times of every part. */
  public HostBuilder config(HostConfig all) {
    config = all;
    return this;
  }

  /** Who may connect. */
  public HostBuilder gater(Gater who) {
    gater = who;
    return this;
  }

  /** Where to count; nowhere by default. */
  public HostBuilder metrics(Metrics sink) {
    metrics = sink;
    return this;
  }

  /** The budget, in place of one made from the configuration. */
  public HostBuilder limits(Limits budget) {
    limits = budget;
    return this;
  }

  /** The loops, in place of Netty's; they stay the caller's to stop. */
  public HostBuilder loops(Loops given) {
    loops = given;
    return this;
  }

  /** Resolves names, in place of the system's DNS servers. */
  public HostBuilder resolver(AddressResolver given) {
    resolver = given;
    return this;
  }

  /** Randomness for keys and nonces; a {@link SecureRandom} of the platform by default. */
  public HostBuilder random(SecureRandom source) {
    random = source;
    return this;
  }

  /** Growing numbers for signed peer records; the time in milliseconds by default. */
  public HostBuilder recordSequence(LongSupplier numbers) {
    recordSequence = numbers;
    return this;
  }

  /**
   * Starts the host. Completes when every listen address is bound.
   *
   * @return fails, with everything closed again, when an address cannot be listened on
   */
  public CompletableFuture<Host> start() {
    return BasicHost.start(this);
  }
}
