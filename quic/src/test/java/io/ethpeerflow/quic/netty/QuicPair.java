package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Two QUIC transports on this machine, without hosts: {@code dialer} and {@code listener}. */
final class QuicPair implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** One end, and what it got from its transport. */
  static final class End implements Metrics, AutoCloseable {
    final ResourceManager limits;
    final NettyLoops loops = NettyLoops.start(1, true);
    final List<MuxedConnection> accepted = new CopyOnWriteArrayList<>();
    final List<RawStream> streams = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicLong> counted = new ConcurrentHashMap<>();
    final QuicTransport transport;

    End(QuicConfig config, LimitsConfig budget, Gater gater) {
      limits = new ResourceManager(budget, Metrics.NONE);
      PrivateKey identity = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
      transport = new QuicTransport(new EndContext(identity, limits, loops, this, gater), config);
    }

    Listener listen() {
      return listen(Multiaddr.of("/ip4/127.0.0.1/udp/0/quic-v1"));
    }

    Listener listen(Multiaddr address) {
      return Await.done(LIMIT, transport.listen(address, this::onAccepted));
    }

    private void onAccepted(MuxedConnection connection) {
      connection.accept(streams::add);
      accepted.add(connection);
    }

    CompletableFuture<MuxedConnection> dialing(Multiaddr address) {
      return transport.dial(EndContext.request(address, LIMIT));
    }

    MuxedConnection dial(Multiaddr address) {
      MuxedConnection connection = Await.done(LIMIT, dialing(address));
      run(connection, () -> connection.accept(streams::add));
      return connection;
    }

    long count(String name) {
      AtomicLong counter = counted.get(name);
      return counter == null ? 0 : counter.get();
    }

    @Override
    public Counter counter(String name, String... tags) {
      AtomicLong counter = counted.computeIfAbsent(name, key -> new AtomicLong());
      return counter::addAndGet;
    }

    @Override
    public Timer timer(String name, String... tags) {
      return nanos -> {};
    }

    @Override
    public void gauge(String name, LongSupplier value, String... tags) {}

    @Override
    public void close() {
      transport.close();
      loops.close();
    }
  }

  final End dialer;
  final End listener;

  QuicPair(QuicConfig config) {
    this(config, LimitsConfig.DEFAULT);
  }

  QuicPair(QuicConfig config, LimitsConfig listenersBudget) {
    this(config, listenersBudget, Gater.ALLOW_ALL);
  }

  QuicPair(QuicConfig config, LimitsConfig listenersBudget, Gater listenersGater) {
    dialer = new End(config, LimitsConfig.DEFAULT, Gater.ALLOW_ALL);
    listener = new End(config, listenersBudget, listenersGater);
  }

  static void run(MuxedConnection connection, Runnable action) {
    CompletableFuture.runAsync(action, connection.loop()::execute).join();
  }

  static <T> T ask(MuxedConnection connection, Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, connection.loop()::execute).join();
  }

  /** Opens a stream that the other end has not seen yet. */
  static RawStream open(MuxedConnection connection) {
    return Await.done(LIMIT, ask(connection, connection::open));
  }

  @Override
  public void close() {
    dialer.close();
    listener.close();
  }
}
