package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.quic.netty.PlainPeer.Shows;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.TlsCertificate;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that resumes TLS sessions where it can, as those of rust and js do. */
class QuicResumptionTest {
  private static final int DIALS = 5;

  private final Shows shows =
      new Shows(List.of(TlsCertificate.honest(Identity.create())), List.of(QuicTls.ALPN));
  private final PlainPeer client = new PlainPeer();
  private final QuicPair pair = new QuicPair(QuicConfig.DEFAULT);

  @AfterEach
  void closes() {
    client.close();
    pair.close();
  }

  private void dialAgainAndAgain(Multiaddr server) {
    QuicSslContext tls = client.client(shows);
    for (int i = 0; i < DIALS; i++) {
      QuicChannel connection =
          Await.done(
              QuicPair.LIMIT, client.dial(Objects.requireNonNull(server.socketAddress()), tls));
      Await.until("the connection is up", QuicPair.LIMIT, connection::isActive);
      Await.until(
          "what comes after the handshake has come",
          QuicPair.LIMIT,
          () -> connection.collectStats().syncUninterruptibly().getNow().recv() > 3);
      Await.done(QuicPair.LIMIT, connection.close());
    }
  }

  @Test
  void isShownOurCertificateAndAskedForItsOwnEachTime() {
    dialAgainAndAgain(pair.listener.listen().address());
    Await.until("accepted", QuicPair.LIMIT, () -> pair.listener.accepted.size() == DIALS);
    assertThat(client.certificatesShown()).isEqualTo(DIALS);
    assertThat(pair.listener.count("peerflow.quic.handshake.failed")).isZero();
  }

  /** That the test above could fail. */
  @Test
  void resumesWithAServerThatTakesItsTickets() {
    try (var server = new PlainPeer()) {
      dialAgainAndAgain(server.listen(shows, true));
    }
    assertThat(client.certificatesShown()).isLessThan(DIALS);
  }
}
