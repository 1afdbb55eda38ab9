package io.ethpeerflow.tls;

import static io.ethpeerflow.tls.TlsPair.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.tls.certificate.CertificateForge;
import io.ethpeerflow.wire.crypto.KeyType;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Peers that are set up wrongly, or mean harm, against each engine. */
class TlsHostilePeerTest {
  static final java.util.List<TlsEngine> ENGINES = TlsPair.ENGINES;

  private static final String[] TLS13 = {"TLSv1.3"};

  private static CertificateForge good() {
    return CertificateForge.at(NOW).signedBy(TlsPair.key(KeyType.ED25519, 0));
  }

  private static RawPeer client(
      TlsPair pair, CertificateForge forge, int certificates, Consumer<SSLParameters> setUp) {
    X509Certificate[] chain = new X509Certificate[certificates];
    java.util.Arrays.fill(chain, forge.certificate());
    var peer =
        new RawPeer(
            pair.client.raw,
            RawPeer.engine(true, certificates == 0 ? null : forge.keys(), chain, setUp));
    pair.server.start();
    pair.clientLoop.run(peer::start);
    pair.settle();
    return peer;
  }

  private static RawPeer server(TlsPair pair, CertificateForge forge) {
    var peer =
        new RawPeer(
            pair.server.raw,
            RawPeer.engine(
                false,
                forge.keys(),
                new X509Certificate[] {forge.certificate()},
                parameters -> {
                  parameters.setProtocols(TLS13);
                  parameters.setNeedClientAuth(true);
                }));
    pair.serverLoop.run(peer::start);
    pair.client.start();
    pair.settle();
    return peer;
  }

  private static TlsPair pair(TlsEngine engine) {
    var pair = new TlsPair();
    pair.client.security = TlsPair.security(engine);
    pair.server.security = TlsPair.security(engine);
    return pair;
  }

  private static void assertServerRefuses(
      TlsEngine engine, CertificateForge forge, int certificates, String says) {
    try (var pair = pair(engine)) {
      client(pair, forge, certificates, parameters -> parameters.setProtocols(TLS13));
      assertThat(pair.server.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining(says);
    }
  }

  private static void assertBothRefuse(TlsEngine engine, CertificateForge forge, String says) {
    assertServerRefuses(engine, forge, 1, says);
    try (var pair = pair(engine)) {
      RawPeer server = server(pair, forge);
      assertThat(pair.client.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining(says);
      assertThat(server.failure()).hasMessageContaining("certificate");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void talksToAPeerThatIsNotWrong(TlsEngine engine) {
    try (var pair = pair(engine)) {
      RawPeer client = client(pair, good(), 1, parameters -> parameters.setProtocols(TLS13));
      assertThat(client.failure()).isNull();
      assertThat(pair.server.link().earlyMuxer()).isNull();
      pair.server.receive();
      pair.clientLoop.run(() -> client.send("hello"));
      pair.server.send("welcome");
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("hello");
      assertThat(client.receivedText()).isEqualTo("welcome");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/ignored-sni")
  void ignoresTheNameOfAServer(TlsEngine engine) {
    try (var pair = pair(engine)) {
      var hello = new ArrayList<byte[]>();
      pair.server.raw.tamper(
          bytes -> {
            hello.add(bytes);
            return bytes;
          });
      RawPeer client =
          client(
              pair,
              good(),
              1,
              parameters -> {
                parameters.setProtocols(TLS13);
                parameters.setServerNames(List.of(new SNIHostName("peer.example")));
              });
      assertThat(TlsHello.extensions(hello.get(0))).containsKey(0);
      assertThat(client.failure()).isNull();
      assertThat(pair.server.link().remoteKey()).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsEngine.class,
      names = {"JDK"})
  void takesACertificateWithAnEd25519Key(TlsEngine engine) {
    try (var pair = pair(engine)) {
      CertificateForge forge =
          CertificateForge.ed25519(NOW).signedBy(TlsPair.key(KeyType.ED25519, 0));
      server(pair, forge);
      assertThat(pair.client.link().remoteKey())
          .isEqualTo(TlsPair.key(KeyType.ED25519, 0).publicKey());
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void takesACertificateWithAnRsaKey(TlsEngine engine) {
    try (var pair = pair(engine)) {
      CertificateForge forge = CertificateForge.rsa(NOW).signedBy(TlsPair.key(KeyType.ED25519, 0));
      server(pair, forge);
      assertThat(pair.client.link().remoteKey())
          .isEqualTo(TlsPair.key(KeyType.ED25519, 0).publicKey());
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/mutual")
  void refusesAClientWithoutACertificate(TlsEngine engine) {
    try (var pair = pair(engine)) {
      RawPeer client = client(pair, good(), 0, parameters -> parameters.setProtocols(TLS13));
      assertThat(pair.server.failure()).isInstanceOf(HandshakeException.class);
      assertThat(client.handshakeDone()).isTrue();
      assertThat(client.failure())
          .hasMessageMatching(".*(certificate_required|bad_certificate|handshake_failure).*");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/one-certificate")
  void refusesTwoCertificates(TlsEngine engine) {
    assertServerRefuses(engine, good(), 2, "chain of 2 certificates");
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/validity")
  void refusesAnExpiredCertificate(TlsEngine engine) {
    assertBothRefuse(
        engine,
        good().valid(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1))),
        "certificate is valid from");
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/extension")
  void refusesACertificateWithoutTheExtension(TlsEngine engine) {
    assertBothRefuse(engine, CertificateForge.at(NOW), "lacks the libp2p extension");
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/critical-extensions")
  void refusesAnUnknownCriticalExtension(TlsEngine engine) {
    assertBothRefuse(engine, good().extension("1.2.3.4", true, new byte[2]), "critical extension");
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/self-signature")
  void refusesABrokenSelfSignature(TlsEngine engine) {
    assertBothRefuse(engine, good().brokenSelfSignature(), "own signature is not valid");
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/host-signature")
  void refusesAHostKeyThatDidNotSign(TlsEngine engine) {
    byte[] foreign =
        CertificateForge.signedKeyOf(TlsPair.key(KeyType.ED25519, 0), new byte[] {1, 2, 3});
    assertBothRefuse(
        engine,
        CertificateForge.at(NOW).extension(CertificateForge.LIBP2P, false, foreign),
        "host key did not sign");
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/version")
  void refusesAnOlderVersion(TlsEngine engine) {
    try (var pair = pair(engine)) {
      RawPeer client =
          client(pair, good(), 1, parameters -> parameters.setProtocols(new String[] {"TLSv1.2"}));
      assertThat(pair.server.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining("TLS handshake failed");
      assertThat(client.failure()).hasMessageContaining("protocol_version");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/alpn")
  void refusesAClientWhoseProtocolsAreAllUnknown(TlsEngine engine) {
    try (var pair = pair(engine)) {
      RawPeer client =
          client(
              pair,
              good(),
              1,
              parameters -> {
                parameters.setProtocols(TLS13);
                parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
              });
      assertThat(pair.server.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining("2 application protocols, none is supported");
      assertThat(client.failure()).hasMessageContaining("no_application_protocol");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void refusesWhatIsNoTls(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.server.start();
      pair.clientLoop.run(
          () -> {
            byte[] http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            pair.client.raw.write(Unpooled.wrappedBuffer(http));
            pair.client.raw.flush();
          });
      pair.settle();
      assertThat(pair.server.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining("TLS record type 71");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void refusesAHandshakeThatNeverEnds(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.server.start();
      byte[] hello = TlsHello.jdk();
      byte[] fragment = {22, 3, 3, 0, 1, hello[5]};
      pair.clientLoop.run(
          () -> {
            // a ClientHello of 16 MiB, a byte a record
            pair.client.raw.write(Unpooled.wrappedBuffer(fragment));
            for (int i = 0; i < 3; i++) {
              pair.client.raw.write(Unpooled.wrappedBuffer(new byte[] {22, 3, 3, 0, 1, -1}));
            }
            for (int i = 0; i < 12_000; i++) {
              pair.client.raw.write(Unpooled.wrappedBuffer(new byte[] {22, 3, 3, 0, 1, 0}));
            }
            pair.client.raw.flush();
          });
      pair.settle();
      assertThat(pair.server.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining("allowed are 65536");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void followsKeyUpdatesUpToABound(TlsEngine engine) {
    try (var pair = pair(engine)) {
      RawPeer client = client(pair, good(), 1, parameters -> parameters.setProtocols(TLS13));
      pair.server.receive();
      for (int i = 0; i < 5; i++) {
        pair.clientLoop.run(() -> client.updateKeys(3));
        pair.settle();
        pair.clientLoop.run(() -> client.send("after update;"));
        pair.server.send("still here;");
        pair.settle();
      }
      assertThat(pair.server.received.text()).isEqualTo("after update;".repeat(5));
      assertThat(client.receivedText()).isEqualTo("still here;".repeat(5));
      pair.clientLoop.run(() -> client.updateKeys(40));
      pair.settle();
      assertThat(pair.server.received.cause()).isInstanceOf(ConnectionClosedException.class);
    }
  }
}
