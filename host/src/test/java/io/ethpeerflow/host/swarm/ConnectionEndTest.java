package io.ethpeerflow.host.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.suite.RecordingMetrics;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a host knows when it says that a connection has ended. */
final class ConnectionEndTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final RecordingMetrics metrics = new RecordingMetrics();
  private Host server;
  private Host client;

  @BeforeEach
  void start() {
    server = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
    client = Await.done(LIMIT, Libp2p.host().metrics(metrics).start());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void isToldWhenNoDialCanFindTheConnectionAnyMore() {
    var connection = Await.done(LIMIT, client.connect(server.addrInfo()));
    var left = connection.closed().thenApply(reason -> client.connections(server.id()));

    connection.close(ConnectionErrorCode.NO_ERROR);

    assertThat(Await.done(LIMIT, left)).isEmpty();
    assertThat(Await.done(LIMIT, client.connect(server.addrInfo()))).isNotSameAs(connection);
  }

  @Test
  void isCountedNoMore() {
    var one = Await.done(LIMIT, client.connect(server.addrInfo()));
    var other =
        Await.done(
            LIMIT, client.connect(server.addrInfo(), DialOptions.DEFAULT.withForceNew(true)));
    assertThat(metrics.gauged("peerflow.connections.open")).isEqualTo(2);

    one.close(ConnectionErrorCode.NO_ERROR);
    Await.done(LIMIT, one.closed());
    assertThat(metrics.gauged("peerflow.connections.open")).isEqualTo(1);
    other.close(ConnectionErrorCode.NO_ERROR);
    Await.done(LIMIT, other.closed());
    assertThat(metrics.gauged("peerflow.connections.open")).isZero();
  }
}
