package io.ethpeerflow.host.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.error.DatagramsUnsupportedException;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.multistream.MultistreamConfig;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which datagrams a connection of a host has. */
final class DatagramsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Host server;
  private Host client;
  private Connection connection;

  @BeforeEach
  void connect() {
    server = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
    client = Await.done(LIMIT, Libp2p.host().start());
    connection = Await.done(LIMIT, client.connect(server.addrInfo()));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void aConnectionWithoutThemNamesItsTransportAndItsMuxer() {
    var refusal =
        catchThrowableOfType(DatagramsUnsupportedException.class, () -> connection.datagrams());

    assertThat(refusal).hasMessageContaining("tcp").hasMessageContaining("/yamux/1.0.0");
    assertThat(refusal.transport()).isEqualTo("tcp");
    assertThat(refusal.muxer()).isEqualTo("/yamux/1.0.0");
  }

  @Test
  void aConnectionGivesOutThoseOfItsTransport() {
    var datagrams = new FakeDatagrams();
    MuxedConnection muxed = FakeDatagrams.on(((SwarmConnection) connection).muxed(), datagrams);
    var context =
        new StreamContext(new ProtocolRegistry(protocols -> {}), MultistreamConfig.DEFAULT, LIMIT);

    var withDatagrams = new SwarmConnection(muxed, context);

    assertThat(withDatagrams.datagrams()).isSameAs(datagrams).isSameAs(withDatagrams.datagrams());
  }
}
