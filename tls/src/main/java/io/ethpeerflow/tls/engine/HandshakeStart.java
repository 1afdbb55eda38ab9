package io.ethpeerflow.tls.engine;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.tls.TlsConfig;
import io.ethpeerflow.tls.certificate.CertificateVerifier;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What comes before an engine: a client makes its engine at once; a server first waits for the
 * ClientHello, chooses among the protocols it offers, and leaves the bytes to the handshake.
 */
@OwnedBy("connection loop")
public final class HandshakeStart implements ByteReceiver {
  /** What ALPN says when the muxer is to be negotiated inside. */
  static final String NO_EARLY_MUXER = "libp2p";

  /** A fatal alert, in the clear: no_application_protocol (120). */
  private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

  private final ByteLink link;
  private final SecurityRequest request;
  private final TlsContext context;
  private final CertificateVerifier verifier;
  private final TlsConfig config;
  private final Executor tasks;
  private final CompletableFuture<SecureLink> result = new CompletableFuture<>();
  private @Nullable ByteBuf held;
  private boolean over;

  /** A handshake that has not begun. */
  public HandshakeStart(
      ByteLink link,
      SecurityRequest request,
      TlsContext context,
      CertificateVerifier verifier,
      TlsConfig config,
      Executor tasks) {
    this.link = link;
    this.request = request;
    this.context = context;
    this.verifier = verifier;
    this.config = config;
    this.tasks = tasks;
  }

  /**
   * Begins. Must be called once, on the link's loop.
   *
   * @return completes on the loop; fails with {@code HandshakeException}
   */
  public CompletableFuture<SecureLink> begin() {
    if (request.role() == Role.INITIATOR) {
      List<String> protocols = protocols();
      handOver(() -> context.clientEngine(link.allocator(), protocols));
      link.loop().execute(() -> context.prepareClient(link.allocator(), protocols));
    } else {
      result.whenComplete(
          (secured, failure) -> {
            if (result.isCancelled()) {
              link.loop().execute(this::stop);
            }
          });
      link.receiver(this);
    }
    return result;
  }

  // [spec inlined-muxer/tls-last] libp2p comes last
  private List<String> protocols() {
    var protocols = new ArrayList<String>(request.muxers().size() + 1);
    for (ProtocolId muxer : request.muxers()) {
      protocols.add(muxer.name());
    }
    protocols.add(NO_EARLY_MUXER);
    return protocols;
  }

  @Override
  public void onData(ByteBuf data) {
    if (over || result.isDone()) {
      data.release();
      return;
    }
    ByteBuf all = held;
    if (all == null) {
      all = data;
    } else {
      all = append(all, data);
    }
    held = all;
    try {
      List<String> offered = ClientHello.offered(all);
      if (offered != null) {
        choose(offered);
      } else if (all.readableBytes() > config.maxHandshakeBytes()) {
        fail(
            "TLS ClientHello of "
                + all.readableBytes()
                + " bytes and more, allowed are "
                + config.maxHandshakeBytes());
      }
    } catch (WireFormatException leftToTheEngine) {
      handOver(() -> context.serverEngine(link.allocator(), null));
    }
  }

  private ByteBuf append(ByteBuf all, ByteBuf data) {
    ByteBuf target = all;
    if (all.isReadOnly() || all.refCnt() > 1 || all.maxWritableBytes() < data.readableBytes()) {
      target = link.allocator().buffer(all.readableBytes() + data.readableBytes());
      target.writeBytes(all);
      all.release();
    }
    target.writeBytes(data);
    data.release();
    return target;
  }

  private void choose(List<String> offered) {
    if (offered.isEmpty()) {
      handOver(() -> context.serverEngine(link.allocator(), null));
      return;
    }
    // [spec inlined-muxer/tls-order] the client's order decides
    List<String> supported = protocols();
    for (String protocol : offered) {
      if (supported.contains(protocol)) {
        handOver(() -> context.serverEngine(link.allocator(), protocol));
        return;
      }
    }
    // [spec tls/alpn] none in common ends the handshake
    link.write(link.allocator().buffer().writeBytes(NO_APPLICATION_PROTOCOL));
    link.flush();
    fail("the remote offered " + offered.size() + " application protocols, none is supported");
  }

  /** Makes an engine. */
  @FunctionalInterface
  private interface EngineMaker {
    SSLEngine make() throws SSLException;
  }

  private void handOver(EngineMaker maker) {
    SSLEngine engine;
    try {
      engine = maker.make();
    } catch (SSLException e) {
      stop();
      result.completeExceptionally(new HandshakeException("no TLS engine: " + e.getMessage(), e));
      return;
    }
    over = true;
    var handshake =
        new TlsHandshake(link, request, context, verifier, config, tasks, engine, result);
    ByteBuf seen = held;
    if (seen != null) {
      held = null;
      link.unread(seen);
    }
    handshake.start();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    if (!over) {
      stop();
      result.completeExceptionally(
          new HandshakeException("the link ended before the TLS ClientHello", cause));
    }
  }

  private void fail(String message) {
    stop();
    result.completeExceptionally(new HandshakeException(message));
  }

  private void stop() {
    over = true;
    ByteBuf seen = held;
    if (seen != null) {
      held = null;
      seen.release();
    }
  }
}
