package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.quic.netty.PlainPeer.Shows;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.TlsCertificate;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Peers that speak QUIC and are not who, or what, they have to be; at either end. */
class QuicWrongPeerTest {
  private static final int OVERSIZED_BYTES = 20 << 10;
  private static final String FAILED = "peerflow.quic.handshake.failed";
  private static final List<String> LIBP2P = List.of(QuicTls.ALPN);
  private static final Identity IDENTITY = Identity.create();
  private static final Identity OTHER = Identity.create();

  private final Logger log = (Logger) LoggerFactory.getLogger(QuicSocket.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final PlainPeer stranger = new PlainPeer();
  private QuicPair pair = new QuicPair(QuicConfig.DEFAULT);

  @BeforeEach
  void listensToTheLog() {
    log.setLevel(Level.DEBUG);
    log.setAdditive(false);
    said.start();
    log.addAppender(said);
  }

  @AfterEach
  void closes() {
    log.detachAppender(said);
    log.setAdditive(true);
    log.setLevel(null);
    stranger.close();
    pair.close();
  }

  private static Arguments wrong(String what, Shows shows, String reason) {
    return Arguments.of(what, shows, reason);
  }

  private static Shows shows(TlsCertificate... chain) {
    return new Shows(List.of(chain), LIBP2P);
  }

  static Stream<Arguments> wrongCertificates() {
    return Stream.of(
        wrong(
            "without the libp2p extension",
            shows(TlsCertificate.with(null)),
            "lacks the libp2p extension"),
        wrong(
            "vouched for by another key",
            shows(TlsCertificate.with(info -> TlsCertificate.signedKey(IDENTITY, OTHER, info))),
            "did not sign the key"),
        wrong(
            "wrongly signed",
            shows(TlsCertificate.wronglySigned(IDENTITY)),
            "own signature is not valid"),
        wrong("expired", shows(TlsCertificate.expired(IDENTITY)), "certificate is valid from"),
        wrong(
            "oversized",
            shows(TlsCertificate.with(info -> new byte[OVERSIZED_BYTES])),
            "bytes exceeds the 16384 allowed"),
        wrong(
            "two of them",
            shows(TlsCertificate.honest(IDENTITY), TlsCertificate.honest(IDENTITY)),
            "chain of 2 certificates"));
  }

  static Stream<Arguments> wrongClients() {
    return Stream.concat(
        wrongCertificates(),
        Stream.of(
            wrong("no certificate", shows(), "CERTIFICATE"),
            wrong(
                "another protocol",
                new Shows(List.of(TlsCertificate.honest(IDENTITY)), List.of("h3")),
                "PROTOCOL")));
  }

  static Stream<Arguments> wrongServers() {
    return Stream.concat(
        wrongCertificates(),
        Stream.of(
            wrong(
                "another protocol",
                new Shows(List.of(TlsCertificate.honest(IDENTITY)), List.of("h3")),
                "TLS alert 120")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongClients")
  @Spec({"quic/mutual", "quic/alpn"})
  void aClientThatIsWrongIsRefused(String what, Shows shows, String reason) {
    Multiaddr address = pair.listener.listen().address();
    stranger.dial(socket(address), shows);
    Await.until("refused", QuicPair.LIMIT, () -> pair.listener.count(FAILED) == 1);
    Await.until("idle", QuicPair.LIMIT, () -> pair.listener.limits.usage().isIdle());
    assertThat(pair.listener.accepted).isEmpty();
    Await.until("said why", QuicPair.LIMIT, () -> !said.list.isEmpty());
    assertThat(said.list.get(0).getFormattedMessage())
        .startsWith("inbound handshake failed remote=/ip4/127.0.0.1/udp/")
        .contains(reason);
    servesAsBefore(address);
  }

  private static InetSocketAddress socket(Multiaddr address) {
    InetSocketAddress socket = QuicAddresses.toSocket(address);
    if (socket == null) {
      throw new IllegalStateException("not bound");
    }
    return socket;
  }

  private void servesAsBefore(Multiaddr address) {
    pair.dialer.dial(address).close(ConnectionErrorCode.NO_ERROR);
    Await.until("dialer idle", QuicPair.LIMIT, () -> pair.dialer.limits.usage().isIdle());
    Await.until("listener idle", QuicPair.LIMIT, () -> pair.listener.limits.usage().isIdle());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongServers")
  @Spec({"quic/mutual", "quic/alpn"})
  void aServerThatIsWrongIsRefused(String what, Shows shows, String reason) {
    Multiaddr wrong = stranger.listen(shows, true);
    assertThat(Await.failure(QuicPair.LIMIT, pair.dialer.dialing(wrong)))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining(reason);
    Await.until("idle", QuicPair.LIMIT, () -> pair.dialer.limits.usage().isIdle());
    servesAsBefore(pair.listener.listen().address());
  }

  @Test
  void strangersWithHonestCertificatesAreServed() {
    Shows honest = shows(TlsCertificate.honest(IDENTITY));
    pair.dialer.dial(stranger.listen(honest, true)).close(ConnectionErrorCode.NO_ERROR);
    stranger.dial(socket(pair.listener.listen().address()), honest);
    Await.until("accepted", QuicPair.LIMIT, () -> pair.listener.accepted.size() == 1);
  }

  @Test
  void aLateRefusalOfOurCertificateEndsTheConnectionWithTheReason() {
    Multiaddr address = stranger.listen(shows(TlsCertificate.honest(IDENTITY)), false);
    MuxedConnection connection = pair.dialer.dial(address);
    CloseReason reason = Await.done(QuicPair.LIMIT, connection.closed());
    assertThat(reason.by()).isEqualTo(CloseReason.By.FAILURE);
    assertThat(reason.cause())
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("the remote refused the handshake: TLS alert");
    Await.until("idle", QuicPair.LIMIT, () -> pair.dialer.limits.usage().isIdle());
  }

  @Test
  void aListenerThatDoesNotWantThePeerSaysSoByItsCode() {
    pair.close();
    var strict =
        new Gater() {
          @Override
          public boolean allowSecured(Direction direction, PeerId peer, Multiaddr remote) {
            return false;
          }
        };
    pair = new QuicPair(QuicConfig.DEFAULT, LimitsConfig.DEFAULT, strict);
    MuxedConnection connection = pair.dialer.dial(pair.listener.listen().address());
    CloseReason reason = Await.done(QuicPair.LIMIT, connection.closed());
    assertThat(reason).isEqualTo(CloseReason.remote(ConnectionErrorCode.GATED));
    assertThat(pair.listener.accepted).isEmpty();
    Await.until("dialer idle", QuicPair.LIMIT, () -> pair.dialer.limits.usage().isIdle());
    Await.until("listener idle", QuicPair.LIMIT, () -> pair.listener.limits.usage().isIdle());
  }
}
