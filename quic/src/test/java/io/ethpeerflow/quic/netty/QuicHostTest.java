package io.ethpeerflow.quic.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.StreamHandlers;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.host.perf.PerfClient;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two whole hosts over QUIC, which each finds by itself. */
class QuicHostTest {
  private static final ProtocolId ECHO = ProtocolId.of("/echo/1.0.0");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Host listening() {
    return Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/udp/0/quic-v1").start());
  }

  private static Connection connect(Host from, Host to) {
    return Await.done(LIMIT, from.connect(to.addrInfo(), DialOptions.DEFAULT));
  }

  @Test
  @Spec({"quic/mutual", "quic/alpn"})
  void carriesAStream() throws Exception {
    try (Host server = listening();
        Host client = listening()) {
      server.handle(ECHO, StreamHandlers.blocking(s -> s.in().transferTo(s.out())));
      Connection connection = connect(client, server);
      assertThat(connection.transport()).isEqualTo("quic-v1");
      assertThat(connection.remotePeer()).isEqualTo(server.id());
      try (BlockingStream s = Await.done(LIMIT, connection.openStream(ECHO)).blocking()) {
        s.out().write("hello".getBytes(UTF_8));
        s.closeWrite();
        assertThat(new String(s.in().readAllBytes(), UTF_8)).isEqualTo("hello");
      }
    }
  }

  @Test
  void pingsAndMovesData() {
    try (Host server = listening();
        Host client = listening()) {
      Perf.serve(server);
      Connection connection = connect(client, server);
      var session =
          Await.done(
              LIMIT,
              Ping.open(connection, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime));
      assertThat(Await.done(LIMIT, session.ping())).isPositive();
      assertThat(Await.done(LIMIT, session.ping())).isPositive();
      session.close();
      var moved =
          Await.done(
              LIMIT, new PerfClient(System::nanoTime).transfer(connection, 32 << 20, 32 << 20));
      assertThat(moved.uploadBytes()).isEqualTo(32 << 20);
      assertThat(moved.downloadBytes()).isEqualTo(32 << 20);
    }
  }

  @Test
  void fallsToTcpWhenNobodyAnswersOverUdp() throws IOException {
    try (Host server = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
        Host client = listening();
        var silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      Multiaddr nobody = Multiaddr.of("/ip4/127.0.0.1/udp/" + silent.getLocalPort() + "/quic-v1");
      Multiaddr tcp = server.addrInfo().addresses().get(0);
      var both = AddrInfo.of(server.id(), nobody, tcp);
      Connection connection = Await.done(LIMIT, client.connect(both, DialOptions.DEFAULT));
      assertThat(connection.transport()).isEqualTo("tcp");
    }
  }
}
