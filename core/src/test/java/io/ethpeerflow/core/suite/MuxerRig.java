package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.suite.MuxerWorld.Ability;
import io.ethpeerflow.core.suite.MuxerWorld.Setup;
import io.ethpeerflow.core.suite.MuxerWorld.Side;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the cases see of a {@link MuxerWorld}: two ends with probes on their streams, and the limits
 * that each charges.
 */
final class MuxerRig {
  static final LimitsConfig ROOMY = LimitsConfig.scaled(1L << 30, 8192).withMemoryChunkBytes(4096);

  /** One end. */
  final class End {
    final Side side;
    final AuditedLimits limits;
    final List<StreamProbe> accepted = new CopyOnWriteArrayList<>();
    private @Nullable MuxedConnection attached;

    private End(Side side, AuditedLimits limits) {
      this.side = side;
      this.limits = limits;
    }

    /** Lets its connection come into being. */
    End attach() {
      attached = world.connect(side);
      return this;
    }

    Loop loop() {
      return world.loop(side);
    }

    MuxedConnection connection() {
      MuxedConnection known = attached;
      if (known == null) {
        throw new IllegalStateException("not attached");
      }
      return known;
    }

    boolean hasEnded() {
      return connection().closed().isDone();
    }

    /** How the connection ended; fails when it has not. */
    CloseReason reason() {
      assertThat(connection().closed()).as("closed").isCompleted();
      return connection().closed().join();
    }

    /** Takes inbound streams, with a probe as the reader of each. */
    End accept() {
      run(() -> connection().accept(stream -> accepted.add(probe(stream).install())));
      return this;
    }

    StreamProbe probe(RawStream stream) {
      return new StreamProbe(stream, loop(), world, violations);
    }

    /** Starts to open a stream. */
    CompletableFuture<RawStream> opening() {
      return onLoop(() -> connection().open());
    }

    /** Opens a stream and installs a probe. */
    StreamProbe open() {
      CompletableFuture<RawStream> opening = opening();
      settle(opening::isDone);
      assertThat(opening).isCompleted();
      return probe(opening.join()).install();
    }

    void close(ConnectionErrorCode code) {
      run(() -> connection().close(code));
    }

    void run(Runnable action) {
      world.run(loop(), action);
    }

    <T> T onLoop(Supplier<T> question) {
      List<T> answer = new ArrayList<>(1);
      run(() -> answer.add(question.get()));
      return answer.get(0);
    }

    int openStreams() {
      return onLoop(() -> connection().openStreams());
    }

    long receivedBytes() {
      return world.receivedBytes(side);
    }
  }

  /** A stream's two ends. */
  record StreamPair(StreamProbe opener, StreamProbe acceptor) {}

  final MuxerWorld world;
  final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  final End left;
  final End right;

  MuxerRig(Function<Setup, MuxerWorld> worlds, LinkOptions options, LimitsConfig rightLimits) {
    left = new End(Side.LEFT, new AuditedLimits(ROOMY));
    right = new End(Side.RIGHT, new AuditedLimits(rightLimits));
    world = worlds.apply(new Setup(options, left.limits, right.limits));
  }

  /** Aborts the case when the world cannot do what it needs. */
  MuxerRig needs(Ability ability) {
    assumeFalse(
        world.missing().contains(ability),
        () -> world.getClass().getSimpleName() + " cannot " + ability.what());
    return this;
  }

  ByteBufAllocator allocator() {
    return world.allocator();
  }

  /** Lets everything happen that follows from what was done. */
  void settle() {
    world.settle();
    seeWhatTheLoopsDid();
  }

  /** Lets everything happen, or at least what is expected. */
  void settle(BooleanSupplier expected) {
    world.settle(expected);
    seeWhatTheLoopsDid();
  }

  /** Lets happen what needs no time. */
  void runDue() {
    world.runDue();
    seeWhatTheLoopsDid();
  }

  private void seeWhatTheLoopsDid() {
    left.run(() -> {});
    right.run(() -> {});
  }

  /** Stops or resumes what travels towards an end. */
  void stall(End towards, boolean on) {
    world.stall(towards.side, on);
  }

  /** Opens a stream from one end, and shows it to the other with a byte that is then forgotten. */
  StreamPair pair(End from, End to) {
    int before = to.accepted.size();
    StreamProbe opener = from.open();
    opener.offer(1);
    settle(() -> to.accepted.size() > before);
    assertThat(to.accepted).as("streams that the remote saw").hasSize(before + 1);
    StreamProbe acceptor = to.accepted.get(before);
    acceptor.request(1);
    settle(() -> acceptor.received() == 1);
    assertThat(acceptor.received()).isOne();
    opener.restartCounting();
    acceptor.restartCounting();
    return new StreamPair(opener, acceptor);
  }

  /** A stream that left opened and right accepted. */
  StreamPair pair() {
    return pair(left, right);
  }

  /** Ends both connections and checks that nothing is left and nothing went wrong. */
  void finish() {
    try {
      stall(left, false);
      stall(right, false);
      left.close(ConnectionErrorCode.NO_ERROR);
      right.close(ConnectionErrorCode.NO_ERROR);
      world.until("both ends closed", () -> left.hasEnded() && right.hasEnded());
      settle();
      for (End end : List.of(left, right)) {
        assertThat(end.openStreams()).as("streams left open").isZero();
      }
    } finally {
      world.close();
    }
    for (End end : List.of(left, right)) {
      assertThat(end.limits.openStreams()).as("stream scopes left open").isZero();
      assertThat(end.limits.openConnections()).as("connection scopes left open").isZero();
      assertThat(end.limits.manager().usage().isIdle()).as("limits idle").isTrue();
    }
    assertThat(violations).isEmpty();
    assertThat(world.outstandingBytes()).as("bytes of buffers not released").isZero();
  }
}
