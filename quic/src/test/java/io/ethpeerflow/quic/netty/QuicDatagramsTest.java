package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Datagrams;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Unreliable datagrams of a connection, and what keeps it alive. */
class QuicDatagramsTest {
  private final QuicPair pair =
      new QuicPair(
          QuicConfig.DEFAULT.withTimeouts(
              Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMillis(300)));
  private MuxedConnection connection;
  private MuxedConnection remote;
  private Datagrams near;
  private Datagrams far;

  @BeforeEach
  void connects() {
    connection = pair.dialer.dial(pair.listener.listen().address());
    Await.until("accepted", QuicPair.LIMIT, () -> !pair.listener.accepted.isEmpty());
    remote = pair.listener.accepted.get(0);
    near = Objects.requireNonNull(connection.datagrams());
    far = Objects.requireNonNull(remote.datagrams());
  }

  @AfterEach
  void leavesNothing() {
    connection.close(ConnectionErrorCode.NO_ERROR);
    Await.until("idle", QuicPair.LIMIT, () -> pair.listener.limits.usage().isIdle());
    pair.close();
  }

  private static ByteBuf bytes(int length) {
    return Unpooled.buffer(Math.max(1, length)).writeZero(length);
  }

  @Test
  void arriveAsTheyWereSent() {
    List<Integer> lengths = new CopyOnWriteArrayList<>();
    far.receive(
        payload -> {
          lengths.add(payload.readableBytes());
          payload.release();
        });
    assertThat(near.maxBytes()).isBetween(1000, 1350);
    for (int length : new int[] {0, 1, 700, near.maxBytes()}) {
      assertThat(near.send(bytes(length))).isTrue();
      Await.until("arrived", QuicPair.LIMIT, () -> lengths.contains(length));
    }
    assertThat(near.counts().sent()).isEqualTo(4);
    assertThat(far.counts().received()).isEqualTo(4);
  }

  @Test
  void aBurstIsOneTaskOfTheLoopAndAllOfItLeaves() {
    int burst = 100;
    var loop =
        Objects.requireNonNull(connection.loop().unwrap(SingleThreadEventExecutor.class), "loop");
    int[] tasks = new int[2];
    QuicPair.run(
        connection,
        () -> {
          int before = loop.pendingTasks();
          for (int i = 0; i < burst; i++) {
            assertThat(near.send(bytes(10))).isTrue();
          }
          tasks[0] = loop.pendingTasks() - before;
        });
    assertThat(tasks[0]).isOne();
    Await.until("all left", QuicPair.LIMIT, () -> near.counts().sent() == burst);

    QuicPair.run(
        connection,
        () -> {
          int before = loop.pendingTasks();
          near.send(bytes(10));
          tasks[1] = loop.pendingTasks() - before;
        });
    assertThat(tasks[1]).as("the next one asks again").isOne();
    Await.until("it left", QuicPair.LIMIT, () -> near.counts().sent() == burst + 1);
    assertThat(near.counts().droppedOutbound()).isZero();
  }

  @Test
  void largerOnesAreRefusedWithBothSizes() {
    int most = near.maxBytes();
    assertThatThrownBy(() -> near.send(bytes(most + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(most))
        .hasMessageContaining(String.valueOf(most + 1));
  }

  @Test
  void thoseThatNobodyTakesAreKeptUpToABoundAndChargedFor() {
    int bound = QuicConfig.DEFAULT.datagramQueue();
    for (int i = 0; i < bound + 20; i++) {
      int before = i;
      near.send(bytes(100));
      Await.until("sent", QuicPair.LIMIT, () -> near.counts().sent() > before);
    }
    Await.until("dropped", QuicPair.LIMIT, () -> far.counts().droppedInbound() == 20);
    assertThat(pair.listener.limits.usage().system().memoryBytes()).isPositive();
    List<Integer> lengths = new CopyOnWriteArrayList<>();
    far.receive(
        payload -> {
          lengths.add(payload.readableBytes());
          payload.release();
        });
    Await.until("delivered", QuicPair.LIMIT, () -> lengths.size() == bound);
    assertThatThrownBy(() -> far.receive(ByteBuf::release))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void afterTheEndTheyAreDroppedAndCounted() {
    connection.close(ConnectionErrorCode.NO_ERROR);
    Await.done(QuicPair.LIMIT, connection.closed());
    assertThat(near.send(bytes(10))).isFalse();
    assertThat(near.counts().droppedOutbound()).isOne();
  }

  @Test
  void aConnectionThatNobodyUsesOutlivesItsIdleTimeout() {
    var later = new CompletableFuture<Void>();
    connection.loop().schedule(3_000_000_000L, () -> later.complete(null));
    Await.done(QuicPair.LIMIT, later);
    assertThat(connection.closed()).isNotDone();
    assertThat(remote.closed()).isNotDone();
    assertThat(far.counts()).isEqualTo(Datagrams.Counts.NONE);
  }
}
