package io.ethpeerflow.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Limits of connections, streams and memory, run into over real TCP by a remote that obeys none.
 */
@Timeout(60)
class LimitsTest {
  private static final ProtocolId TEST = ProtocolId.of("/test/1.0.0");
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final long MIB = 1 << 20;

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static ResourceManager limits(LimitsConfig config) {
    return new ResourceManager(config, Metrics.NONE);
  }

  private static Host listening(ResourceManager limits) {
    return Libp2p.host().limits(limits).listen("/ip4/127.0.0.1/tcp/0").start().join();
  }

  private static Host dialing() {
    return Libp2p.host().start().join();
  }

  private static void echo(Host from, Host to) throws Exception {
    Stream stream = get(from.newStream(to.id(), Echo.PROTOCOL));
    try (var blocking = stream.blocking()) {
      byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
      blocking.out().write(hello);
      blocking.closeWrite();
      assertThat(blocking.in().readAllBytes()).isEqualTo(hello);
    }
  }

  @Test
  void anInboundConnectionAboveTheLimitIsRefusedAndTheOthersLive() throws Exception {
    ResourceManager limits =
        limits(
            LimitsConfig.DEFAULT.withSystem(
                LimitsConfig.DEFAULT.system().withConnections(2, 2, 2)));
    try (Host crowded = listening(limits);
        Host first = dialing();
        Host second = dialing();
        Host third = dialing()) {
      Echo.serve(crowded);
      Connection leaving = get(first.connect(crowded.addrInfo()));
      get(second.connect(crowded.addrInfo()));

      assertThatThrownBy(() -> get(third.connect(crowded.addrInfo())))
          .hasCauseInstanceOf(DialException.class);
      echo(first, crowded);
      echo(second, crowded);

      leaving.close(ConnectionErrorCode.NO_ERROR);
      Await.until("a place is free", SOON, () -> limits.usage().system().connections() == 1);
      try (Host fourth = dialing()) {
        get(fourth.connect(crowded.addrInfo()));
        echo(fourth, crowded);
      }
    }
    assertThat(limits.usage().isIdle()).isTrue();
  }

  @Test
  void aDialAboveTheLimitNamesScopeLimitAndUse() throws Exception {
    ResourceManager limits =
        limits(
            LimitsConfig.DEFAULT.withSystem(
                LimitsConfig.DEFAULT.system().withConnections(8, 1, 8)));
    try (Host one = listening(limits(LimitsConfig.DEFAULT));
        Host other = listening(limits(LimitsConfig.DEFAULT));
        Host bounded = Libp2p.host().limits(limits).start().join()) {
      get(bounded.connect(one.addrInfo()));

      assertThatThrownBy(() -> get(bounded.connect(other.addrInfo())))
          .isInstanceOf(ExecutionException.class)
          .hasStackTraceContaining(ResourceLimitException.class.getName())
          .hasStackTraceContaining("of scope system reached: 1 in use, 1 requested, 1 allowed");
    }
    assertThat(limits.usage().isIdle()).isTrue();
  }

  @Test
  void aStreamAboveTheLimitOfItsProtocolIsResetWithTheReasonAndTheOthersLive() throws Exception {
    ResourceManager limits =
        limits(
            LimitsConfig.DEFAULT.withProtocolPeer(
                LimitsConfig.DEFAULT.protocolPeer().withStreams(3, 3, 3)));
    try (Host bounded = listening(limits);
        Host greedy = dialing()) {
      Echo.serve(bounded);
      bounded.handle(TEST, stream -> {});
      Connection connection = get(greedy.connect(bounded.addrInfo()));
      for (int i = 0; i < 3; i++) {
        get(connection.openStream(TEST));
        int open = i + 1;
        Await.until("stream is served", SOON, () -> inbound(limits, TEST) == open);
      }

      Stream fourth = get(connection.openStream(TEST));
      assertThat(get(fourth.closed()))
          .isEqualTo(new StreamEnd.Reset(StreamErrorCode.RESOURCE_LIMIT, true));
      assertThat(inbound(limits, TEST)).isEqualTo(3);
      echo(greedy, bounded);
    }
    assertThat(limits.usage().isIdle()).isTrue();
  }

  private static int inbound(ResourceManager limits, ProtocolId protocol) {
    return limits.usage().protocolPeers().stream()
        .filter(scope -> scope.scope().contains(protocol.toString()))
        .mapToInt(scope -> scope.inboundStreams())
        .sum();
  }

  @Test
  void whatAWriterQueuesStaysWithinTheMemoryOfItsConnection() throws Exception {
    long allowed = 2 * MIB;
    ResourceManager limits =
        limits(
            LimitsConfig.DEFAULT.withConnection(
                LimitsConfig.DEFAULT.connection().withMemoryBytes(allowed)));
    try (Host deaf = listening(limits(LimitsConfig.DEFAULT));
        Host writer = Libp2p.host().limits(limits).start().join()) {
      Echo.serve(deaf);
      deaf.handle(TEST, stream -> {});
      Connection connection = get(writer.connect(deaf.addrInfo()));
      List<Stream> streams = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        streams.add(get(connection.openStream(TEST)));
      }
      // 32 streams that nobody reads, and on each all that it takes, until all are full
      for (int round = 0; round < 64; round++) {
        for (Stream stream : streams) {
          ByteBuf data = Unpooled.directBuffer(64 << 10).writeZero(64 << 10);
          if (!stream.offer(data)) {
            data.release();
          }
        }
        // what is held is what is used, rounded up to chunks
        assertThat(limits.usage().connections())
            .allSatisfy(
                scope ->
                    assertThat(scope.memoryBytes())
                        .isLessThanOrEqualTo(allowed + LimitsConfig.DEFAULT.memoryChunkBytes()));
      }
      streams.forEach(stream -> stream.reset(StreamErrorCode.NO_ERROR));
      for (Stream stream : streams) {
        get(stream.closed());
      }
      echo(writer, deaf);
    }
    assertThat(limits.usage().isIdle()).isTrue();
  }
}
