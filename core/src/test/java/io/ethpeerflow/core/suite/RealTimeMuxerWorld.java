package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Muxer;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A thread for each end, buffers handed from one to the other, and the machine's own clock. */
final class RealTimeMuxerWorld implements MuxerWorld {
  private static final Duration QUIET = Duration.ofMillis(3);
  private static final Duration EXPECTED = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Supplier<Muxer> muxer;
  private final Setup setup;
  private final Stillness stillness = new Stillness();
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final Map<Side, RealTimeLoop> loops = new EnumMap<>(Side.class);
  private final Map<Side, HandoverLink> links = new EnumMap<>(Side.class);
  private final Map<Side, MuxedConnection> connections = new EnumMap<>(Side.class);
  private final List<ConnectionScope> scopes = new ArrayList<>();

  RealTimeMuxerWorld(Supplier<Muxer> muxer, Setup setup) {
    this.muxer = muxer;
    this.setup = setup;
    for (Side side : Side.values()) {
      var loop = new RealTimeLoop("muxer-" + side, stillness);
      loops.put(side, loop);
      links.put(
          side,
          new HandoverLink(
              loop,
              allocator,
              TestIdentities.key(side == Side.LEFT ? 2 : 1).publicKey(),
              setup.link().highMarkBytes()));
    }
    link(Side.LEFT).connect(link(Side.RIGHT));
    link(Side.RIGHT).connect(link(Side.LEFT));
  }

  private HandoverLink link(Side side) {
    return Objects.requireNonNull(links.get(side));
  }

  @Override
  public Set<Ability> missing() {
    return EnumSet.of(Ability.STILL_CLOCK, Ability.REPEATABLE);
  }

  @Override
  public Loop loop(Side side) {
    return Objects.requireNonNull(loops.get(side));
  }

  @Override
  public MuxedConnection connect(Side side) {
    if (!connections.containsKey(side)) {
      ConnectionScope scope = MemoryMuxerWorld.openScope(setup, side);
      scopes.add(scope);
      run(
          loop(side),
          () ->
              connections.put(
                  side, muxer.get().attach(link(side), MemoryMuxerWorld.context(side, scope))));
    }
    return Objects.requireNonNull(connections.get(side));
  }

  @Override
  public EndFacts facts(Side side) {
    return MemoryMuxerWorld.facts(side, link(side), muxer.get());
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
    run(loop(towards), () -> link(towards).stall(on));
  }

  @Override
  public void cut() {
    for (Side side : Side.values()) {
      run(loop(side), () -> link(side).fail());
    }
  }

  @Override
  public long receivedBytes(Side side) {
    return link(side).receivedBytes();
  }

  @Override
  public long undeliveredBytes(Side from) {
    return link(from).undeliveredBytes();
  }

  @Override
  public void endLink(Side side) {
    run(loop(side), () -> link(side).close());
  }

  @Override
  public void inject(Side from, byte[] bytes) {
    run(
        loop(from),
        () -> {
          link(from).write(allocator.buffer().writeBytes(bytes));
          link(from).flush();
        });
  }

  @Override
  public void close() {
    for (Side side : Side.values()) {
      run(loop(side), () -> link(side).abort());
    }
    settle();
    scopes.forEach(ConnectionScope::close);
    loops.values().forEach(RealTimeLoop::close);
  }
}
