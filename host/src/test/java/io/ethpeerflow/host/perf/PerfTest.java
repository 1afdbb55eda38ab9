package io.ethpeerflow.host.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.testkit.await.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server of perf, byte by byte. */
@Timeout(60)
class PerfTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Host listener;
  private Host dialer;
  private Connection connection;

  @BeforeEach
  void start() {
    listener = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
    dialer = Await.done(LIMIT, Libp2p.host().start());
    connection = Await.done(LIMIT, dialer.connect(listener.addrInfo()));
  }

  @AfterEach
  void stop() {
    dialer.close();
    listener.close();
  }

  private Stream open() {
    return Await.done(LIMIT, connection.openStream(Perf.PROTOCOL));
  }

  /** All that was sent before is at the listener, and all that it said by then is here. */
  private void roundTrip() {
    try (Ping.PingSession session =
        Await.done(
            LIMIT,
            Ping.open(connection, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime))) {
      Await.done(LIMIT, session.ping());
    }
  }

  private static final class Counter implements StreamReader {
    final AtomicLong bytes = new AtomicLong();
    final CompletableFuture<Long> end = new CompletableFuture<>();

    @Override
    public void onData(ByteBuf data) {
      bytes.addAndGet(data.readableBytes());
      data.release();
    }

    @Override
    public void onEnd() {
      end.complete(bytes.get());
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      end.completeExceptionally(new IOException("reset with " + code));
    }
  }

  @Test
  @Spec("perf/order")
  void sendsNothingBeforeTheUploadHasEnded() {
    Perf.serve(listener);
    Stream stream = open();
    var counter = new Counter();
    stream.read(counter);
    stream.request(Long.MAX_VALUE);
    stream.write(Unpooled.buffer().writeLong(100_000).writeZero(10_000));
    roundTrip();
    assertThat(counter.bytes).hasValue(0);
    stream.closeWrite();
    assertThat(Await.done(LIMIT, counter.end)).isEqualTo(100_000);
  }

  @Test
  @Spec("perf/header")
  void takesTheNumberInAnyPieces() throws IOException {
    Perf.serve(listener);
    try (BlockingStream stream = open().blocking()) {
      for (byte octet : ByteBuffer.allocate(8).putLong(0x0102).array()) {
        stream.out().write(octet);
        stream.out().flush();
      }
      stream.closeWrite();
      assertThat(stream.in().readAllBytes()).hasSize(0x0102);
    }
  }

  @Test
  @Spec("perf/header")
  void resetsAStreamThatEndsInsideTheNumber() throws IOException {
    Perf.serve(listener);
    try (BlockingStream stream = open().blocking()) {
      stream.out().write(new byte[7]);
      stream.closeWrite();
      assertThat(Await.done(LIMIT, stream.stream().closed()))
          .isEqualTo(new StreamEnd.Reset(StreamErrorCode.PROTOCOL_VIOLATION, true));
    }
  }

  @Test
  @Spec("perf/default")
  void isNotServedUntilAskedFor() {
    Stream refused = open();
    refused.offer(Unpooled.buffer().writeLong(1));
    assertThat(Await.done(LIMIT, refused.closed())).isInstanceOf(StreamEnd.Reset.class);
  }
}
