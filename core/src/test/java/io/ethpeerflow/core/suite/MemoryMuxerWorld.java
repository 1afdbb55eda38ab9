package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.sim.MemoryLink;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.sim.SimSecureLinkPair;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Virtual time and a link in memory: can do everything, and does the same in every run. */
final class MemoryMuxerWorld implements MuxerWorld {
  private static final Duration SETTLE = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofMinutes(2);

  private final Supplier<Muxer> muxer;
  private final Setup setup;
  private final VirtualClock clock = new VirtualClock();
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final SimLoop left = new SimLoop(clock, "left");
  private final SimLoop right = new SimLoop(clock, "right");
  private final SimSecureLinkPair links;
  private final Map<Side, MuxedConnection> connections = new EnumMap<>(Side.class);
  private final List<ConnectionScope> scopes = new ArrayList<>();

  MemoryMuxerWorld(Supplier<Muxer> muxer, Setup setup) {
    this.muxer = muxer;
    this.setup = setup;
    links = new SimSecureLinkPair(left, right, setup.link(), allocator);
  }

  static ConnectionScope openScope(Setup setup, Side side) {
    ConnectionScope scope = setup.limits(side).openConnection(direction(side), true);
    scope.assignPeer(TestIdentities.peer(side == Side.LEFT ? 2 : 1));
    return scope;
  }

  static MuxerContext context(Side side, ConnectionScope scope) {
    return new MuxerContext(
        side == Side.LEFT ? Role.INITIATOR : Role.RESPONDER,
        direction(side),
        "memory",
        address(side),
        address(side.other()),
        scope,
        Metrics.NONE);
  }

  static EndFacts facts(Side side, SecureLink link, Muxer muxer) {
    return new EndFacts(
        TestIdentities.key(side == Side.LEFT ? 2 : 1).publicKey(),
        address(side),
        address(side.other()),
        "memory",
        link.security().toString(),
        muxer.id().toString());
  }

  private static Direction direction(Side side) {
    return side == Side.LEFT ? Direction.OUTBOUND : Direction.INBOUND;
  }

  private static Multiaddr address(Side side) {
    return Multiaddr.of(side == Side.LEFT ? "/ip4/10.0.0.1/tcp/4001" : "/ip4/10.0.0.2/tcp/4001");
  }

  private SimLoop sim(Side side) {
    return side == Side.LEFT ? left : right;
  }

  private SecureLink secureLink(Side side) {
    return side == Side.LEFT ? links.left() : links.right();
  }

  private MemoryLink memoryLink(Side side) {
    return side == Side.LEFT ? links.links().left() : links.links().right();
  }

  @Override
  public Loop loop(Side side) {
    return sim(side);
  }

  @Override
  public MuxedConnection connect(Side side) {
    sim(side).run(() -> connections.computeIfAbsent(side, this::attach));
    return Objects.requireNonNull(connections.get(side));
  }

  private MuxedConnection attach(Side side) {
    ConnectionScope scope = openScope(setup, side);
    scopes.add(scope);
    return muxer.get().attach(secureLink(side), context(side, scope));
  }

  @Override
  public EndFacts facts(Side side) {
    return facts(side, secureLink(side), muxer.get());
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
  public void run(Loop loop, Runnable action) {
    (left.equals(loop) ? left : right).run(action);
  }

  @Override
  public void atOnce(Runnable atLeft, Runnable atRight) {
    left.run(atLeft);
    right.run(atRight);
  }

  @Override
  public void settle() {
    clock.advance(SETTLE);
  }

  @Override
  public void runDue() {
    clock.runDue();
  }

  @Override
  public void pass(Duration time) {
    clock.advance(time);
  }

  @Override
  public void until(String what, BooleanSupplier condition) {
    assertThat(clock.runUntil(condition, LONG)).as(what).isTrue();
  }

  @Override
  public void stall(Side towards, boolean on) {
    memoryLink(towards).stall(on);
  }

  @Override
  public void cut() {
    links.links().cut();
  }

  @Override
  public long receivedBytes(Side side) {
    return memoryLink(side).receivedBytes();
  }

  @Override
  public long undeliveredBytes(Side from) {
    return memoryLink(from).undeliveredBytes();
  }

  @Override
  public void endLink(Side side) {
    sim(side).run(memoryLink(side)::close);
  }

  @Override
  public void inject(Side from, byte[] bytes) {
    sim(from)
        .run(
            () -> {
              secureLink(from).write(allocator.buffer().writeBytes(bytes));
              secureLink(from).flush();
            });
  }

  @Override
  public void close() {
    clock.advance(LONG);
    scopes.forEach(ConnectionScope::close);
    links.close();
  }
}
