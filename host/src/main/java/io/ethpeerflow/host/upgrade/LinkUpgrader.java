package io.ethpeerflow.host.upgrade;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.NegotiationException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.core.spi.UpgradeRequest;
import io.ethpeerflow.core.spi.Upgrader;
import io.ethpeerflow.multistream.MultistreamDialer;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Raw link, security, muxer, under one deadline. Whatever fails, the link is gone and its scope is
 * closed before the result fails. Thread-safe; each upgrade runs on its link's loop.
 */
public final class LinkUpgrader implements Upgrader {
  private final PrivateKey identity;
  private final Map<ProtocolId, SecurityProtocol> securities = new LinkedHashMap<>();
  private final Map<ProtocolId, Muxer> muxers = new LinkedHashMap<>();
  private final List<ProtocolId> securityIds;
  private final List<ProtocolId> muxerIds;
  private final UpgradeConfig config;
  private final Gater gater;
  private final SecureRandom random;
  private final Metrics metrics;

  /**
   * An upgrader that offers what it is given, best first.
   *
   * @param securities at least one
   * @param muxers at least one
   */
  public LinkUpgrader(
      PrivateKey identity,
      List<SecurityProtocol> securities,
      List<Muxer> muxers,
      UpgradeConfig config,
      Gater gater,
      SecureRandom random,
      Metrics metrics) {
    if (securities.isEmpty() || muxers.isEmpty()) {
      throw new IllegalArgumentException("a security protocol and a muxer are needed");
    }
    this.identity = identity;
    securities.forEach(security -> this.securities.put(security.id(), security));
    muxers.forEach(muxer -> this.muxers.put(muxer.id(), muxer));
    this.securityIds = List.copyOf(this.securities.keySet());
    this.muxerIds = List.copyOf(this.muxers.keySet());
    this.config = config;
    this.gater = gater;
    this.random = random;
    this.metrics = metrics;
  }

  @Override
  public CompletableFuture<MuxedConnection> upgrade(ByteLink link, UpgradeRequest request) {
    return new Attempt(link, request).run();
  }

  private final class Attempt extends DeadlineWheel.Entry {
    private final ByteLink link;
    private final UpgradeRequest request;
    private final CompletableFuture<MuxedConnection> result = new CompletableFuture<>();

    /** The topmost link there is: closing it closes those below, and frees what each holds. */
    private ByteLink top;

    Attempt(ByteLink link, UpgradeRequest request) {
      this.link = link;
      this.top = link;
      this.request = request;
    }

    CompletableFuture<MuxedConnection> run() {
      link.loop().deadlines().arm(this, link.loop().nanoTime() + config.timeout().toNanos());
      // [spec connections/security-first]
      secure().thenCompose(this::mux).whenComplete(this::finish);
      result.whenComplete(
          (connection, failure) -> {
            if (result.isCancelled()) {
              link.loop().runOnLoop(this::release);
            }
          });
      return result;
    }

    private CompletableFuture<SecureLink> secure() {
      if (request.role() == Role.INITIATOR) {
        var dialer = new MultistreamDialer(securityIds, config.multistream());
        if (dialer.isLazy()) {
          ByteLink lazy = LazyLink.start(link, dialer, this::fail);
          CompletableFuture<SecureLink> secured = secure(lazy, dialer.proposal());
          link.flush();
          return secured;
        }
      }
      return LinkNegotiation.run(link, request.role(), securityIds, config.multistream())
          .thenCompose(id -> secure(link, id));
    }

    private CompletableFuture<SecureLink> secure(ByteLink raw, ProtocolId id) {
      SecurityProtocol security = securities.get(id);
      if (security == null) {
        throw new NegotiationException("the remote chose " + id + ", which was not offered");
      }
      return security.secure(
          raw,
          new SecurityRequest(
              request.role(),
              identity,
              request.expectedPeer(),
              config.earlyMuxer() ? muxerIds : List.of(),
              random));
    }

    private CompletableFuture<MuxedConnection> mux(SecureLink secure) {
      top = secure;
      PeerId peer = PeerId.of(secure.remoteKey());
      if (!gater.allowSecured(request.direction(), peer, request.remoteAddress())) {
        throw new HandshakeException("the connection gater refused peer " + peer);
      }
      request.scope().assignPeer(peer);
      ProtocolId early = secure.earlyMuxer();
      if (early != null && muxers.containsKey(early)) {
        return CompletableFuture.completedFuture(attach(secure, early));
      }
      return LinkNegotiation.run(secure, request.role(), muxerIds, config.multistream())
          .thenApply(id -> attach(secure, id));
    }

    private MuxedConnection attach(SecureLink secure, ProtocolId id) {
      if (result.isDone()) {
        throw new P2pException("the upgrade was given up");
      }
      Muxer muxer = muxers.get(id);
      if (muxer == null) {
        throw new NegotiationException("the remote chose " + id + ", which was not offered");
      }
      return muxer.attach(
          secure,
          new MuxerContext(
              request.role(),
              request.direction(),
              request.transport(),
              request.localAddress(),
              request.remoteAddress(),
              request.scope(),
              metrics));
    }

    private void finish(MuxedConnection connection, Throwable failure) {
      if (failure != null) {
        fail(failure);
        return;
      }
      disarm();
      connection.closed().whenComplete((reason, none) -> request.scope().close());
      if (!result.complete(connection)) {
        connection.close(ConnectionErrorCode.NO_ERROR);
      }
    }

    private void fail(Throwable failure) {
      disarm();
      // [spec connections/failed-upgrade]
      top.close();
      request.scope().close();
      result.completeExceptionally(P2pException.unwrap(failure));
    }

    @Override
    protected void onExpired() {
      String role = request.role() == Role.INITIATOR ? "outbound" : "inbound";
      if (result.completeExceptionally(
          new NegotiationException(role + " upgrade did not finish within " + config.timeout()))) {
        release();
      }
    }

    private void disarm() {
      link.loop().deadlines().disarm(this);
    }

    private void release() {
      disarm();
      top.abort();
      request.scope().close();
    }
  }
}
