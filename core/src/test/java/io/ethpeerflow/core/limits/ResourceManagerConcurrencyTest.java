package io.ethpeerflow.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResourceManagerConcurrencyTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 2000;
  private static final List<ProtocolId> PROTOCOLS =
      List.of(ProtocolId.of("/a"), ProtocolId.of("/b"));
  private static final LimitsConfig LIMITS =
      LimitsConfig.scaled(16 << 20, 128)
          .withMemoryChunkBytes(4096)
          .withPeer(new ScopeLimits(4, 4, 6, 20, 20, 30, 1 << 20, 6));

  /** Runs a job on each of many threads that start together, and passes on what they throw. */
  private static void together(ThreadJob job) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      var start = new CyclicBarrier(THREADS);
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        results.add(
            threads.submit(
                () -> {
                  start.await();
                  job.run(number);
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private interface ThreadJob {
    void run(int number) throws Exception;
  }

  @Test
  void returnsToZeroAfterManyThreadsUsedTheSameScopes() throws Exception {
    var manager = new ResourceManager(LIMITS, Metrics.NONE);
    var admitted = new AtomicInteger();
    var refused = new AtomicInteger();
    together(
        number -> {
          var random = new SeededRandom(number);
          for (int round = 0; round < ROUNDS; round++) {
            try (ConnectionScope connection =
                manager.openConnection(random.pick(Direction.values()), random.nextBoolean())) {
              connection.assignPeer(TestIdentities.peer(random.nextInt(3)));
              for (int i = random.nextInt(8); i > 0; i--) {
                StreamScope stream = connection.openStream(random.pick(Direction.values()));
                stream.tryReserveMemory(random.nextInt(20_000));
                stream.assignProtocol(random.pick(PROTOCOLS));
                stream.tryReserveMemory(random.nextInt(200_000));
                if (random.nextBoolean()) {
                  stream.close();
                }
              }
              admitted.incrementAndGet();
            } catch (ResourceLimitException full) {
              refused.incrementAndGet();
            }
          }
        });
    assertThat(manager.usage().isIdle()).as(manager.usage().toString()).isTrue();
    assertThat(admitted.get()).isPositive();
    assertThat(refused.get()).as("the limits were tight enough to matter").isPositive();
  }

  @Test
  void neverLetsMoreThroughThanAllowed() throws Exception {
    int allowed = 10;
    var manager =
        new ResourceManager(
            LIMITS.withTransients(LIMITS.transients().withConnections(allowed, allowed, allowed)),
            Metrics.NONE);
    var open = new AtomicInteger();
    var most = new AtomicInteger();
    together(
        number -> {
          for (int round = 0; round < ROUNDS; round++) {
            List<ConnectionScope> mine = new ArrayList<>();
            try {
              for (int i = 0; i < 3; i++) {
                mine.add(manager.openConnection(Direction.INBOUND, false));
                most.accumulateAndGet(open.incrementAndGet(), Math::max);
              }
            } catch (ResourceLimitException full) {
              assertThat(full.scope()).isEqualTo("transient");
              assertThat(full.inUse()).isEqualTo(allowed);
            }
            open.addAndGet(-mine.size());
            mine.forEach(ConnectionScope::close);
          }
        });
    assertThat(most.get()).isLessThanOrEqualTo(allowed);
    assertThat(manager.usage().isIdle()).isTrue();
  }

  @Test
  void aConnectionMayBeClosedByAnotherThreadWhileItsLoopUsesIt() throws Exception {
    var manager = new ResourceManager(LIMITS, Metrics.NONE);
    var shared = new AtomicReference<ConnectionScope>();
    var rounds = new CyclicBarrier(THREADS);
    together(
        number -> {
          var random = new SeededRandom(number);
          for (int round = 0; round < 500; round++) {
            if (number == 0) {
              ConnectionScope connection = manager.openConnection(Direction.INBOUND, true);
              connection.assignPeer(TestIdentities.peer(0));
              shared.set(connection);
            }
            rounds.await();
            ConnectionScope connection = shared.get();
            if (number == 0) {
              useUntilClosed(connection, random);
            } else {
              for (int spin = random.nextInt(200); spin > 0; spin--) {
                Thread.onSpinWait();
              }
              connection.close();
            }
            rounds.await();
            assertThat(manager.usage().isIdle()).as(manager.usage().toString()).isTrue();
            rounds.await();
          }
        });
  }

  private static void useUntilClosed(ConnectionScope connection, SeededRandom random) {
    try {
      while (true) {
        StreamScope stream = connection.openStream(Direction.INBOUND);
        stream.reserveMemory(random.nextInt(10_000));
        stream.assignProtocol(random.pick(PROTOCOLS));
        connection.reserveMemory(10);
        stream.reserveMemory(random.nextInt(30_000));
        stream.releaseMemory(1);
        connection.releaseMemory(10);
        stream.close();
      }
    } catch (ConnectionClosedException closed) {
      assertThat(connection.tryReserveMemory(1)).isFalse();
    }
  }
}
