package io.ethpeerflow.host.ping;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamHandlers;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.seed.SeededRandom;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both roles of ping, each against what the other may do on the wire. */
@Timeout(60)
class PingTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Host listener;
  private Host dialer;

  @BeforeEach
  void start() {
    listener = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
    dialer =
        Await.done(
            LIMIT,
            Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .config(HostConfig.DEFAULT.withPing(PingConfig.DEFAULT.withMaxInboundPerPeer(0)))
                .start());
  }

  @AfterEach
  void stop() {
    dialer.close();
    listener.close();
  }

  private Connection connect() {
    return Await.done(LIMIT, dialer.connect(listener.addrInfo()));
  }

  private static BlockingStream open(Connection connection) {
    return Await.done(LIMIT, connection.openStream(Ping.PROTOCOL)).blocking();
  }

  private static void exchange(BlockingStream stream, byte[] payload) throws IOException {
    stream.out().write(payload);
    stream.out().flush();
    assertThat(stream.in().readNBytes(payload.length)).isEqualTo(payload);
  }

  @Test
  @Spec({"ping/echo", "ping/repeat"})
  void echoesEveryPayloadHoweverItIsCut() throws IOException {
    var random = new SeededRandom(7);
    try (BlockingStream stream = open(connect())) {
      byte[] first = random.bytes(Ping.PAYLOAD_BYTES);
      for (byte octet : first) {
        stream.out().write(octet);
        stream.out().flush();
      }
      assertThat(stream.in().readNBytes(Ping.PAYLOAD_BYTES)).isEqualTo(first);
      exchange(stream, random.bytes(Ping.PAYLOAD_BYTES));
      exchange(stream, random.bytes(5 * Ping.PAYLOAD_BYTES));
    }
  }

  @Test
  @Spec("ping/close")
  void endsItsSideWhenTheDialerHasEnded() throws IOException {
    try (BlockingStream stream = open(connect())) {
      exchange(stream, new byte[Ping.PAYLOAD_BYTES]);
      stream.closeWrite();
      assertThat(stream.in().read()).isEqualTo(-1);
      assertThat(Await.done(LIMIT, stream.stream().closed()))
          .isInstanceOf(StreamEnd.Finished.class);
    }
  }

  @Test
  void resetsAStreamThatEndsInsideAPayload() throws IOException {
    try (BlockingStream stream = open(connect())) {
      stream.out().write(new byte[Ping.PAYLOAD_BYTES - 1]);
      stream.closeWrite();
      assertThat(Await.done(LIMIT, stream.stream().closed()))
          .isEqualTo(new StreamEnd.Reset(StreamErrorCode.PROTOCOL_VIOLATION, true));
    }
  }

  @Test
  @Spec("ping/two-inbound")
  void aThirdStreamOfAPeerReplacesItsOldest() throws IOException {
    Connection connection = connect();
    byte[] payload = new byte[Ping.PAYLOAD_BYTES];
    try (BlockingStream oldest = open(connection);
        BlockingStream second = open(connection)) {
      exchange(oldest, payload);
      exchange(second, payload);
      try (BlockingStream third = open(connection)) {
        exchange(third, payload);
        assertThat(Await.done(LIMIT, oldest.stream().closed()))
            .isEqualTo(new StreamEnd.Reset(StreamErrorCode.SUPPLANTED, true));
        exchange(second, payload);
        exchange(third, payload);
      }
    }
  }

  @Test
  @Spec("ping/random")
  void failsWhenOtherBytesComeBack() {
    dialer.handle(
        Ping.PROTOCOL,
        StreamHandlers.blocking(
            stream -> {
              byte[] payload = stream.in().readNBytes(Ping.PAYLOAD_BYTES);
              payload[31] ^= 1;
              stream.out().write(payload);
              stream.out().flush();
              assertThat(stream.in().read()).isEqualTo(-1);
            }));
    Connection back = Await.done(LIMIT, listener.connect(dialer.addrInfo()));
    try (Ping.PingSession session =
        Await.done(
            LIMIT, Ping.open(back, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime))) {
      assertThat(Await.failure(LIMIT, session.ping()))
          .isInstanceOf(P2pException.class)
          .hasMessageContaining("other bytes");
    }
  }

  @Test
  @Spec("ping/random")
  void sendsBytesThatAreNeverTheSame() throws IOException {
    dialer.handle(
        Ping.PROTOCOL,
        StreamHandlers.blocking(
            stream -> {
              byte[] first = stream.in().readNBytes(Ping.PAYLOAD_BYTES);
              stream.out().write(first);
              stream.out().flush();
              // the second payload is answered with the first
              stream.in().readNBytes(Ping.PAYLOAD_BYTES);
              stream.out().write(first);
              stream.out().flush();
              assertThat(stream.in().read()).isEqualTo(-1);
            }));
    Connection back = Await.done(LIMIT, listener.connect(dialer.addrInfo()));
    try (Ping.PingSession session =
        Await.done(
            LIMIT, Ping.open(back, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime))) {
      assertThat(Await.done(LIMIT, session.ping())).isPositive();
      assertThat(Await.failure(LIMIT, session.ping())).hasMessageContaining("other bytes");
    }
  }
}
