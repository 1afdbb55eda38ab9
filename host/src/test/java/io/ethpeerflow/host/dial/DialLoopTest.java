package io.ethpeerflow.host.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** On which loop a new connection is registered. */
final class DialLoopTest {
  private static final PeerId PEER =
      PeerId.of(PrivateKey.generate(KeyType.ED25519, new SecureRandom()).publicKey());

  private final TurnLoop hostLoop = new TurnLoop();
  private final TurnLoop connectionLoop = new TurnLoop();
  private final List<Boolean> registeredInLoop = new ArrayList<>();

  @Test
  void isTheConnectionsOwnWhenTheTransportWasDoneAtOnce() {
    MuxedConnection muxed = Stub.answering(MuxedConnection.class, "loop", connectionLoop);
    Connection connection = Stub.answering(Connection.class, "remotePeer", PEER);
    var dialer =
        new Dialer(
            DialConfig.DEFAULT,
            hostLoop,
            new Transports(
                Stub.answering(Transport.class, "canDial", true, "dial", completed(muxed))),
            (address, peer) -> completed(List.of(address)),
            Gater.ALLOW_ALL,
            taken -> {
              registeredInLoop.add(connectionLoop.inLoop());
              return connection;
            },
            Metrics.NONE);

    var dialed =
        dialer.dial(
            PEER, List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/1")), Duration.ofSeconds(1), false);
    while (hostLoop.turn() || connectionLoop.turn()) {
      // until both are quiet
    }

    assertThat(registeredInLoop).containsExactly(true);
    assertThat(dialed).isCompleted();
  }

  private static <T> CompletableFuture<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static final class TurnLoop implements Loop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final DeadlineWheel deadlines = new DeadlineWheel(this);
    private boolean running;

    boolean turn() {
      Runnable task = tasks.poll();
      if (task == null) {
        return false;
      }
      running = true;
      task.run();
      running = false;
      return true;
    }

    @Override
    public boolean inLoop() {
      return running;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
      return Cancellable.NONE;
    }

    @Override
    public DeadlineWheel deadlines() {
      return deadlines;
    }

    @Override
    public long nanoTime() {
      return 0;
    }
  }
}
