package io.ethpeerflow.tls.engine;

import io.ethpeerflow.tls.TlsEngine;
import io.ethpeerflow.tls.certificate.HostCertificate;
import io.ethpeerflow.tls.certificate.HostKeyManager;
import io.ethpeerflow.tls.certificate.PeerTrustManager;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * BoringSSL's engine, through Conscrypt. It works best on direct memory, draws randomness of its
 * own, and is chosen for its handshakes, which take a fifth of the JDK's time, and for allocating
 * next to nothing per record. Touching this class needs Conscrypt on the class path.
 */
final class ConscryptTlsContext extends TlsContext {
  private static final String[] VERSIONS = {"TLSv1.3"};

  private final SSLContext context;

  ConscryptTlsContext(HostCertificate certificate) throws GeneralSecurityException {
    Provider provider = Conscrypt.newProvider();
    context = SSLContext.getInstance("TLSv1.3", provider);
    PrivateKey key =
        KeyFactory.getInstance("EC", provider)
            .generatePrivate(new PKCS8EncodedKeySpec(certificate.privateKey().getEncoded()));
    context.init(
        new KeyManager[] {new HostKeyManager(certificate.certificate(), key)},
        new TrustManager[] {new PeerTrustManager(TlsContext::checkCurrent)},
        null);
  }

  static boolean isAvailable() {
    return Conscrypt.isAvailable();
  }

  @Override
  protected SSLEngine clientEngine(ByteBufAllocator allocator, List<String> protocols) {
    SSLEngine engine = engine(true);
    Conscrypt.setApplicationProtocols(engine, protocols.toArray(String[]::new));
    return engine;
  }

  @Override
  protected SSLEngine serverEngine(ByteBufAllocator allocator, @Nullable String protocol) {
    SSLEngine engine = engine(false);
    // [spec tls/mutual]
    engine.setNeedClientAuth(true);
    if (protocol != null) {
      Conscrypt.setApplicationProtocols(engine, new String[] {protocol});
    }
    return engine;
  }

  private SSLEngine engine(boolean client) {
    // [spec tls/no-sni]
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(client);
    SSLParameters parameters = engine.getSSLParameters();
    // [spec tls/version]
    parameters.setProtocols(VERSIONS);
    engine.setSSLParameters(parameters);
    // [spec tls/no-tickets]
    Conscrypt.setUseSessionTickets(engine, false);
    return engine;
  }

  @Override
  protected TlsEngine kind() {
    return TlsEngine.CONSCRYPT;
  }

  @Override
  protected int fragmentBytes() {
    return MAX_PLAINTEXT_BYTES;
  }

  @Override
  protected ByteBuf buffer(ByteBufAllocator allocator, int capacity) {
    return allocator.directBuffer(capacity);
  }

  @Override
  protected boolean suits(ByteBuf data) {
    return data.nioBufferCount() == 1;
  }
}
