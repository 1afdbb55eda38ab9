package io.ethpeerflow.tls.netty;

import io.ethpeerflow.tls.TlsEngine;
import io.ethpeerflow.tls.certificate.HostCertificate;
import io.ethpeerflow.tls.certificate.PeerTrustManager;
import io.ethpeerflow.tls.engine.TlsContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * BoringSSL's engine, through netty-tcnative: the fastest of the three for records and, with
 * Conscrypt, for handshakes; a few KiB a connection, off the heap. Its protocols for ALPN belong to
 * the context, so there is one per list. Touching this class needs netty-handler on the class path.
 */
public final class TcnativeTlsContext extends TlsContext {
  /** Lists of muxers that are kept; a host has one, and a server one per muxer. */
  private static final int MAX_CONTEXTS = 16;

  /** X509_V_ERR_CERT_REJECTED, for which BoringSSL sends bad_certificate. */
  private static final int CERTIFICATE_REJECTED = 28;

  private final HostCertificate certificate;
  private final boolean handsOutTasks;
  private final Map<List<String>, SslContext> clients = new ConcurrentHashMap<>();
  private final Map<List<String>, SslContext> servers = new ConcurrentHashMap<>();
  private final SpareEngine spare = new SpareEngine();
  private volatile boolean closed;

  /**
   * A context for a certificate.
   *
   * @param handsOutTasks false keeps the choice of the certificate and the check of the remote's
   *     inside the call that needs them, which spares four calls a handshake
   */
  public TcnativeTlsContext(HostCertificate certificate, boolean handsOutTasks) {
    this.certificate = certificate;
    this.handsOutTasks = handsOutTasks;
  }

  /** Whether the native library is there and fits this system. */
  public static boolean isAvailable() {
    return OpenSsl.isAvailable() && String.valueOf(OpenSsl.versionString()).contains("BoringSSL");
  }

  @Override
  protected SSLEngine clientEngine(ByteBufAllocator allocator, List<String> protocols)
      throws SSLException {
    SSLEngine ready = spare.take(protocols);
    return ready != null ? ready : engine(clients, true, protocols, allocator);
  }

  /** The key pairs and the hello of the next dial, which take a third of what a client computes. */
  @Override
  protected void prepareClient(ByteBufAllocator allocator, List<String> protocols) {
    if (spare.isPresent()) {
      return;
    }
    try {
      SSLEngine engine = engine(clients, true, protocols, allocator);
      engine.beginHandshake();
      spare.offer(protocols, engine);
    } catch (SSLException e) {
      // the next dial makes its own engine and says what is wrong
      return;
    }
  }

  @Override
  protected SSLEngine serverEngine(ByteBufAllocator allocator, @Nullable String protocol)
      throws SSLException {
    SSLEngine engine =
        engine(servers, false, protocol == null ? List.of() : List.of(protocol), allocator);
    // a resumed session would come without the client's certificate; Netty turns tickets on
    // [spec tls/no-tickets]
    SSL.setOptions(((ReferenceCountedOpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
    return engine;
  }

  private SSLEngine engine(
      Map<List<String>, SslContext> kept,
      boolean client,
      List<String> protocols,
      ByteBufAllocator allocator)
      throws SSLException {
    SslContext present = kept.get(protocols);
    if (present != null) {
      return present.newEngine(allocator);
    }
    SslContext made = context(client, protocols);
    // [spec tls/no-sni]
    SSLEngine engine = made.newEngine(allocator);
    // what is not kept lives as long as the engine
    if (closed
        || kept.size() >= MAX_CONTEXTS
        || kept.putIfAbsent(List.copyOf(protocols), made) != null) {
      ReferenceCountUtil.release(made);
    } else if (closed) {
      forget(kept);
    }
    return engine;
  }

  private SslContext context(boolean client, List<String> protocols) throws SSLException {
    SslContextBuilder builder =
        client
            ? SslContextBuilder.forClient()
                .keyManager(certificate.privateKey(), certificate.certificate())
                .endpointIdentificationAlgorithm("")
            : SslContextBuilder.forServer(certificate.privateKey(), certificate.certificate())
                // [spec tls/mutual]
                .clientAuth(ClientAuth.REQUIRE);
    builder
        .sslProvider(SslProvider.OPENSSL)
        .option(OpenSslContextOption.USE_TASKS, handsOutTasks)
        // [spec tls/version]
        .protocols("TLSv1.3")
        .trustManager(new PeerTrustManager(TcnativeTlsContext::check));
    if (!protocols.isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              ApplicationProtocolConfig.Protocol.ALPN,
              ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
              ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
              protocols));
    }
    return builder.build();
  }

  /** Netty makes internal_error of any other exception. */
  private static void check(X509Certificate[] chain) throws CertificateException {
    try {
      checkCurrent(chain);
    } catch (CertificateException e) {
      var refusal = new OpenSslCertificateException(e.getMessage(), CERTIFICATE_REJECTED);
      refusal.initCause(e);
      throw refusal;
    }
  }

  @Override
  protected TlsEngine kind() {
    return TlsEngine.TCNATIVE;
  }

  @Override
  protected int fragmentBytes() {
    return MAX_PLAINTEXT_BYTES;
  }

  @Override
  protected boolean gathers() {
    return false;
  }

  @Override
  protected boolean tight() {
    return true;
  }

  @Override
  protected ByteBuf buffer(ByteBufAllocator allocator, int capacity) {
    return allocator.directBuffer(capacity);
  }

  @Override
  protected boolean suits(ByteBuf data) {
    return data.nioBufferCount() == 1;
  }

  @Override
  protected boolean free(SSLEngine engine) {
    ReferenceCountUtil.safeRelease(engine);
    return true;
  }

  @Override
  public void close() {
    spare.close();
    closed = true;
    forget(clients);
    forget(servers);
  }

  private static void forget(Map<List<String>, SslContext> kept) {
    for (SslContext context : List.copyOf(kept.values())) {
      if (kept.values().remove(context)) {
        ReferenceCountUtil.safeRelease(context);
      }
    }
  }
}
