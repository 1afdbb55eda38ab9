package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.tls.certificate.CertificateVerifier;
import io.ethpeerflow.tls.certificate.HostCertificate;
import io.ethpeerflow.tls.certificate.HostKeyManager;
import io.ethpeerflow.tls.certificate.PeerTrustManager;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.SslSessionTicketKey;
import io.netty.handler.ssl.ClientAuth;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 of a host's QUIC connections: one certificate, made once; each side presents its own, and
 * a remote's is verified in Java on the handshake's path, on the connection's loop. Any thread.
 */
final class QuicTls {
  /** The one protocol of ALPN. */
  static final String ALPN = "libp2p";

  private static final String[] SIGNATURE_ALGORITHMS = {
    "ecdsa_secp256r1_sha256",
    "ed25519",
    "ecdsa_secp384r1_sha384",
    "ecdsa_secp521r1_sha512",
    "rsa_pss_rsae_sha256",
    "rsa_pss_rsae_sha384",
    "rsa_pss_rsae_sha512"
  };

  private final CertificateVerifier verifier = new CertificateVerifier(InstantSource.system());
  private final Map<SSLEngine, Handshake> handshakes = new ConcurrentHashMap<>();
  private final QuicSslContext client;
  private final QuicSslContext server;
  private final SecureRandom random;

  QuicTls(TransportContext context) {
    random = context.random();
    HostCertificate certificate =
        HostCertificate.create(
            context.identity(), InstantSource.system().instant(), context.random());
    var keys = new HostKeyManager(certificate.certificate(), certificate.privateKey());
    var trust = new PeerTrustManager(this::check);
    client =
        QuicSslContextBuilder.forClient()
            .keyManager(keys, null)
            .trustManager(trust)
            // [spec tls/no-sni]
            .endpointIdentificationAlgorithm("")
            .option(BoringSSLContextOption.SIGNATURE_ALGORITHMS, SIGNATURE_ALGORITHMS.clone())
            // [spec quic/alpn]
            .applicationProtocols(ALPN)
            .build();
    server =
        QuicSslContextBuilder.forServer(keys, null)
            .trustManager(trust)
            // [spec quic/mutual]
            .clientAuth(ClientAuth.REQUIRE)
            .option(BoringSSLContextOption.SIGNATURE_ALGORITHMS, SIGNATURE_ALGORITHMS.clone())
            .applicationProtocols(ALPN)
            .build();
  }

  QuicSslEngine clientEngine(QuicChannel channel) {
    return engine(client, channel);
  }

  /**
   * Each handshake begins with a new ticket key, so that none of the tickets given out before can
   * be read: rust- and js-libp2p would resume with them, and a resumed session has no certificate
   * to verify. Tickets themselves cannot be switched off in Netty's codec.
   */
  QuicSslEngine serverEngine(QuicChannel channel) {
    server
        .sessionContext()
        .setTicketKeys(
            new SslSessionTicketKey(
                randomBytes(SslSessionTicketKey.NAME_SIZE),
                randomBytes(SslSessionTicketKey.HMAC_KEY_SIZE),
                randomBytes(SslSessionTicketKey.AES_KEY_SIZE)));
    return engine(server, channel);
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private QuicSslEngine engine(QuicSslContext context, QuicChannel channel) {
    Handshake handshake = Handshake.require(channel);
    QuicSslEngine engine = context.newEngine(channel.alloc());
    handshakes.put(engine, handshake);
    channel.closeFuture().addListener(closed -> handshakes.remove(engine));
    return engine;
  }

  private void check(X509Certificate[] chain, @Nullable SSLEngine engine)
      throws CertificateException {
    Handshake handshake = engine == null ? null : handshakes.get(engine);
    if (handshake == null) {
      throw new CertificateException("a chain was presented outside of a handshake");
    }
    handshake.verify(verifier, chain);
  }
}
