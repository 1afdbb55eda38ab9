package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.suite.MuxerWorld.Side;
import io.ethpeerflow.core.suite.Stillness;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A dialer that closes when its last handshake message was not acknowledged, and the time to send
 * that again has passed without its loop having looked: QUIC's library then has packets to send
 * without end, see {@link ClosingAllocator}.
 */
class QuicEarlyCloseTest {
  private static final Duration QUIET = Duration.ofMillis(50);
  private static final Duration BUSY = Duration.ofMillis(1_500);
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final int FLIGHTS = 32;

  private final QuicPair pair =
      new QuicPair(
          QuicConfig.DEFAULT.withTimeouts(
              Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(5)));
  private final Stillness stillness = new Stillness();
  private final Loop loop = pair.dialer.loops.next();
  private WatchedRelay relay;
  private CompletableFuture<MuxedConnection> dial;

  /** The server's handshake arrives, nothing of what answers it does. */
  @BeforeEach
  void dials() {
    var server = Objects.requireNonNull(pair.listener.listen().address().socketAddress());
    relay = new WatchedRelay(server, stillness);
    relay.stall(Side.RIGHT, true);
    dial = pair.dialer.dialing(QuicAddresses.ofSocket(relay.front()));
    Await.until("begins", QuicPair.LIMIT, () -> relay.held(Side.RIGHT) > 0);
    relay.stall(Side.LEFT, true);
    relay.stall(Side.RIGHT, false);
    relay.stall(Side.RIGHT, true);
    int first = relay.held(Side.RIGHT);
    Await.until("answers", QuicPair.LIMIT, () -> relay.held(Side.LEFT) > 0);
    relay.stall(Side.LEFT, false);
    Await.until("goes on", QuicPair.LIMIT, () -> relay.held(Side.RIGHT) > first);
    stillness.await(QUIET, QuicPair.LIMIT);
  }

  @AfterEach
  void closes() {
    pair.close();
    relay.close();
  }

  @Test
  void aDialThatABusyLoopGivesUpEnds() {
    afterBeingBusy(
        () -> {
          // where the server has repeated itself meanwhile, the dial has succeeded
          if (!dial.cancel(false)) {
            dial.join().close(ConnectionErrorCode.NO_ERROR);
          }
        });
    endsSoon();
  }

  @Test
  void aConnectionThatABusyLoopClosesBeforeItIsConfirmedEnds() {
    byte[] handshake = Objects.requireNonNull(relay.last(Side.LEFT));
    relay.inject(Side.LEFT, handshake);
    MuxedConnection connection = Await.done(QuicPair.LIMIT, dial);
    afterBeingBusy(() -> connection.close(ConnectionErrorCode.NO_ERROR));
    endsSoon();
  }

  /** Does something on the loop when its timers have been due for a while. */
  private void afterBeingBusy(Runnable action) {
    loop.execute(
        () -> {
          long end = System.nanoTime() + BUSY.toNanos();
          for (long left = BUSY.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
          }
          action.run();
        });
  }

  private void endsSoon() {
    int before = relay.held(Side.RIGHT);
    Await.until("ended", BUSY.plus(SOON), () -> pair.dialer.limits.usage().isIdle());
    Await.done(SOON, CompletableFuture.runAsync(() -> {}, loop::execute));
    stillness.await(QUIET, QuicPair.LIMIT);
    assertThat(relay.held(Side.RIGHT) - before)
        .isLessThanOrEqualTo(ClosingAllocator.MAX_LAST_DATAGRAMS + FLIGHTS);
    Await.until(
        "no buffer is in use",
        QuicPair.LIMIT,
        () -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() == 0);
  }
}
