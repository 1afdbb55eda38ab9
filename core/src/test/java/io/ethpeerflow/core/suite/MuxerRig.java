package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.sim.SimSecureLinkPair;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two ends of one muxed connection in memory: {@code left} initiates. Each end has its own loop and
 * its own limits; buffers come from one allocator that knows what is outstanding.
 */
final class MuxerRig {
  static final LimitsConfig ROOMY = LimitsConfig.scaled(1L << 30, 8192).withMemoryChunkBytes(4096);

  private static final Duration SETTLE = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofMinutes(2);

  /** One end. */
  final class End {
    final SimLoop loop;
    final SecureLink link;
    final AuditedLimits limits;
    final ConnectionScope scope;
    final List<StreamProbe> accepted = new ArrayList<>();
    private @Nullable MuxedConnection attached;
    private final Supplier<Muxer> muxer;
    private final MuxerContext context;

    private End(
        Supplier<Muxer> muxer, SimLoop loop, SecureLink link, LimitsConfig config, boolean left) {
      this.muxer = muxer;
      this.loop = loop;
      this.link = link;
      this.limits = new AuditedLimits(config);
      Direction direction = left ? Direction.OUTBOUND : Direction.INBOUND;
      this.scope = limits.openConnection(direction, true);
      scope.assignPeer(TestIdentities.peer(left ? 2 : 1));
      this.context =
          new MuxerContext(
              left ? Role.INITIATOR : Role.RESPONDER,
              direction,
              "memory",
              address(left),
              address(!left),
              scope,
              Metrics.NONE);
    }

    /** Gives the link to the muxer. */
    End attach() {
      attached = onLoop(() -> muxer.get().attach(link, context));
      return this;
    }

    MuxedConnection connection() {
      MuxedConnection known = attached;
      if (known == null) {
        throw new IllegalStateException("not attached");
      }
      return known;
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
      return new StreamProbe(stream, loop, allocator, violations);
    }

    /** Starts to open a stream. */
    CompletableFuture<RawStream> opening() {
      return onLoop(() -> connection().open());
    }

    /** Opens a stream and installs a probe. */
    StreamProbe open() {
      CompletableFuture<RawStream> opening = opening();
      settle();
      assertThat(opening).isCompleted();
      return probe(opening.join()).install();
    }

    void close(ConnectionErrorCode code) {
      run(() -> connection().close(code));
    }

    void run(Runnable action) {
      loop.run(action);
    }

    <T> T onLoop(Supplier<T> question) {
      List<T> answer = new ArrayList<>(1);
      loop.run(() -> answer.add(question.get()));
      return answer.get(0);
    }

    int openStreams() {
      return onLoop(() -> connection().openStreams());
    }
  }

  /** A stream's two ends. */
  record StreamPair(StreamProbe opener, StreamProbe acceptor) {}

  final VirtualClock clock = new VirtualClock();
  final List<String> violations = new ArrayList<>();
  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  final SimSecureLinkPair links;
  final End left;
  final End right;

  MuxerRig(Supplier<Muxer> muxer, LinkOptions options, LimitsConfig rightLimits) {
    var leftLoop = new SimLoop(clock, "left");
    var rightLoop = new SimLoop(clock, "right");
    links = new SimSecureLinkPair(leftLoop, rightLoop, options, allocator);
    left = new End(muxer, leftLoop, links.left(), ROOMY, true);
    right = new End(muxer, rightLoop, links.right(), rightLimits, false);
  }

  static Multiaddr address(boolean left) {
    return Multiaddr.of(left ? "/ip4/10.0.0.1/tcp/4001" : "/ip4/10.0.0.2/tcp/4001");
  }

  /** Lets everything happen that is due, and a moment more. */
  void settle() {
    clock.advance(SETTLE);
  }

  /** Opens a stream from one end, and shows it to the other with a byte that is then forgotten. */
  StreamPair pair(End from, End to) {
    int before = to.accepted.size();
    StreamProbe opener = from.open();
    opener.offer(1);
    settle();
    assertThat(to.accepted).as("streams that the remote saw").hasSize(before + 1);
    StreamProbe acceptor = to.accepted.get(before);
    acceptor.request(1);
    settle();
    assertThat(acceptor.received()).isOne();
    opener.restartCounting();
    acceptor.restartCounting();
    return new StreamPair(opener, acceptor);
  }

  /** A stream that left opened and right accepted. */
  StreamPair pair() {
    return pair(left, right);
  }

  /** Memory of buffers that were not released. */
  long outstandingBytes() {
    return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
  }

  /** Ends both connections and checks that nothing is left and nothing went wrong. */
  void finish() {
    links.links().left().stall(false);
    links.links().right().stall(false);
    left.close(ConnectionErrorCode.NO_ERROR);
    right.close(ConnectionErrorCode.NO_ERROR);
    clock.advance(LONG);
    assertThat(left.connection().closed()).as("left closed").isCompleted();
    assertThat(right.connection().closed()).as("right closed").isCompleted();
    for (End end : List.of(left, right)) {
      assertThat(end.limits.openStreams()).as("stream scopes left open").isZero();
      assertThat(end.openStreams()).as("streams left open").isZero();
      end.scope.close();
      assertThat(end.limits.manager().usage().isIdle()).as("limits idle").isTrue();
    }
    links.close();
    assertThat(violations).isEmpty();
    assertThat(outstandingBytes()).as("bytes of buffers not released").isZero();
  }
}
