package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.suite.ForwardingLoop;
import io.ethpeerflow.core.suite.MuxerWorld;
import io.ethpeerflow.core.suite.Stillness;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A QUIC connection between two transports, through a relay on the loopback interface. */
final class QuicMuxerWorld implements MuxerWorld {
  static final QuicConfig CONFIG =
      QuicConfig.DEFAULT
          .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMillis(700))
          .withWindows(256 << 10, 15 << 20);

  /**
   * Longer than an acknowledgement may be delayed, than a sweep for stopped streams, and than a
   * close waits for one: a round trip, 30 ms and two ticks of the wheel.
   */
  private static final Duration QUIET = Duration.ofMillis(100);

  private static final Duration EXPECTED = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stillness stillness = new Stillness();
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final List<NettyLoops> groups = new ArrayList<>();
  private final Map<Side, WatchedLoop> loops = new EnumMap<>(Side.class);
  private final Map<Side, QuicTransport> transports = new EnumMap<>(Side.class);
  private final Map<Side, MuxedConnection> connections = new EnumMap<>(Side.class);
  private final CompletableFuture<MuxedConnection> accepted = new CompletableFuture<>();
  private @Nullable WatchedRelay relay;
  private final Map<Side, Long> handshakeBytes = new EnumMap<>(Side.class);

  QuicMuxerWorld(Setup setup) {
    for (Side side : Side.values()) {
      NettyLoops group = NettyLoops.start(1, true);
      groups.add(group);
      var loop = new WatchedLoop(group.next());
      loops.put(side, loop);
      Limits limits = setup.limits(side);
      Loops one =
          new Loops() {
            @Override
            public Loop next() {
              return loop;
            }
          };
      var context = new EndContext(TestIdentities.key(side == Side.LEFT ? 1 : 2), limits, one);
      transports.put(side, new QuicTransport(context, CONFIG));
    }
  }

  /** A loop that counts what it is given to do. */
  private final class WatchedLoop extends ForwardingLoop {
    WatchedLoop(Loop loop) {
      super(loop);
    }

    @Override
    public void execute(Runnable task) {
      super.execute(stillness.counting(task));
    }
  }

  @Override
  public Set<Ability> missing() {
    return EnumSet.of(
        Ability.STILL_CLOCK,
        Ability.REPEATABLE,
        Ability.LATE_ATTACH,
        Ability.BOUNDED_LINK,
        Ability.ORDERLY_END,
        Ability.VIOLATION);
  }

  @Override
  public Loop loop(Side side) {
    return Objects.requireNonNull(loops.get(side));
  }

  private QuicTransport transport(Side side) {
    return Objects.requireNonNull(transports.get(side));
  }

  private WatchedRelay relay() {
    return Objects.requireNonNull(relay);
  }

  @Override
  public MuxedConnection connect(Side side) {
    if (connections.isEmpty()) {
      Multiaddr any = Multiaddr.of("/ip4/127.0.0.1/udp/0/quic-v1");
      Listener listener = Await.done(LIMIT, transport(Side.RIGHT).listen(any, accepted::complete));
      relay =
          new WatchedRelay(Objects.requireNonNull(listener.address().socketAddress()), stillness);
      Multiaddr front = QuicAddresses.ofSocket(relay().front());
      connections.put(
          Side.LEFT,
          Await.done(LIMIT, transport(Side.LEFT).dial(EndContext.request(front, LIMIT))));
      connections.put(Side.RIGHT, Await.done(LIMIT, accepted));
      settle();
      for (Side end : Side.values()) {
        handshakeBytes.put(end, relay().bytes(end));
      }
    }
    return Objects.requireNonNull(connections.get(side));
  }

  @Override
  public EndFacts facts(Side side) {
    MuxedConnection left = Objects.requireNonNull(connections.get(Side.LEFT));
    MuxedConnection right = Objects.requireNonNull(connections.get(Side.RIGHT));
    boolean first = side == Side.LEFT;
    return new EndFacts(
        TestIdentities.key(first ? 2 : 1).publicKey(),
        first ? left.localAddress() : right.localAddress(),
        QuicAddresses.ofSocket(first ? relay().front() : relay().back()),
        "quic-v1",
        "/tls/1.0.0",
        "quic");
  }

  @Override
  public ByteBufAllocator allocator() {
    return allocator;
  }

  @Override
  public long outstandingBytes() {
    return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
  }

  @Override
  public void settle() {
    stillness.await(QUIET, LIMIT);
  }

  @Override
  public void settle(BooleanSupplier expected) {
    long endNanos = System.nanoTime() + EXPECTED.toNanos();
    while (!expected.getAsBoolean() && System.nanoTime() - endNanos < 0) {
      LockSupport.parkNanos(50_000);
    }
  }

  @Override
  public void stall(Side towards, boolean on) {
    relay().stall(towards, on);
  }

  @Override
  public void cut() {
    relay().cut();
  }

  @Override
  public long receivedBytes(Side side) {
    return relay().bytes(side) - Objects.requireNonNull(handshakeBytes.get(side));
  }

  /** Packets' headers and tags, acknowledgements, window updates, keep-alives. */
  @Override
  public int idleBytes() {
    return 64 << 10;
  }

  @Override
  public void inject(Side from, byte[] bytes) {
    relay().inject(from.other(), bytes);
  }

  @Override
  public void close() {
    transports.values().forEach(QuicTransport::close);
    if (relay != null) {
      relay().close();
    }
    groups.forEach(NettyLoops::close);
  }
}
