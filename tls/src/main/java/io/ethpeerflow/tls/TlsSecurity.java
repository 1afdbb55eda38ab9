package io.ethpeerflow.tls;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.tls.certificate.CertificateVerifier;
import io.ethpeerflow.tls.certificate.HostCertificate;
import io.ethpeerflow.tls.engine.HandshakeStart;
import io.ethpeerflow.tls.engine.TlsContext;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * libp2p TLS 1.3: mutual authentication by self-signed certificates in which the host keys vouch
 * for the certificates' keys; ALPN agrees on the muxer.
 *
 * <p>The certificate is made at the first handshake of an identity and used for all that follow.
 * Tickets and resumption are off, and no server name is sent.
 *
 * <p>A client is done before the server has looked at its certificate (TLS 1.3): when the server
 * refuses it, the link that the client has got ends with {@code HandshakeException}.
 *
 * <p>Any thread; one instance serves a host.
 */
public final class TlsSecurity implements SecurityProtocol, AutoCloseable {
  /** Its multistream id. */
  // [spec tls/protocol-id]
  public static final ProtocolId ID = ProtocolId.of("/tls/1.0.0");

  private final TlsConfig config;
  private final InstantSource time;
  private final @Nullable Executor tasks;
  private final CertificateVerifier verifier;
  private volatile @Nullable Prepared prepared;

  private record Prepared(PublicKey identity, TlsContext context) {}

  /** With {@link TlsConfig#DEFAULT}, computing on the link's loop. */
  public TlsSecurity(InstantSource time) {
    this(TlsConfig.DEFAULT, time);
  }

  /**
   * Computing on the link's loop, which costs the least.
   *
   * @param time for the validity of certificates, ours and theirs
   * @throws IllegalStateException when the configuration asks for an engine that is not there
   */
  public TlsSecurity(TlsConfig config, InstantSource time) {
    this(time, config, null);
  }

  /**
   * Computing elsewhere.
   *
   * @param time for the validity of certificates, ours and theirs
   * @param tasks runs the handshake's signatures where the engine can hand them out
   * @throws IllegalStateException when the configuration asks for an engine that is not there
   */
  public TlsSecurity(TlsConfig config, InstantSource time, Executor tasks) {
    this(time, config, tasks);
  }

  private TlsSecurity(InstantSource time, TlsConfig config, @Nullable Executor tasks) {
    this.config = config;
    this.time = time;
    this.tasks = tasks;
    this.verifier = new CertificateVerifier(time);
    TlsContext.requireAvailable(config.engine());
  }

  @Override
  public ProtocolId id() {
    return ID;
  }

  @Override
  public CompletableFuture<SecureLink> secure(ByteLink link, SecurityRequest request) {
    TlsContext context = context(request.identity(), request.random());
    Executor runner = tasks == null ? Runnable::run : tasks;
    return new HandshakeStart(link, request, context, verifier, config, runner).begin();
  }

  /**
   * Makes the certificate of an identity before the first handshake asks for it, which takes about
   * a millisecond.
   */
  public void prepare(PrivateKey identity, SecureRandom random) {
    context(identity, random);
  }

  /**
   * Frees native memory that would otherwise wait for the garbage collector. Connections live on; a
   * later handshake makes a new certificate.
   */
  @Override
  public synchronized void close() {
    Prepared current = prepared;
    if (current != null) {
      prepared = null;
      current.context().close();
    }
  }

  private TlsContext context(PrivateKey identity, SecureRandom random) {
    PublicKey key = identity.publicKey();
    Prepared current = prepared;
    return current != null && current.identity().equals(key)
        ? current.context()
        : prepareFor(identity, random);
  }

  /** One thread makes the certificate; the one of an identity before this is given up. */
  private synchronized TlsContext prepareFor(PrivateKey identity, SecureRandom random) {
    PublicKey key = identity.publicKey();
    Prepared before = prepared;
    if (before != null && before.identity().equals(key)) {
      return before.context();
    }
    HostCertificate certificate = HostCertificate.create(identity, time.instant(), random);
    TlsContext context = TlsContext.create(config.engine(), certificate, random, tasks != null);
    prepared = new Prepared(key, context);
    if (before != null) {
      before.context().close();
    }
    return context;
  }
}
