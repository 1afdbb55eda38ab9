package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.NegotiationException;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.core.spi.UpgradeRequest;
import io.ethpeerflow.core.spi.Upgrader;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An upgrader that negotiates nothing: one security protocol, then one muxer, one deadline. */
public final class TestUpgrader implements Upgrader {
  private final PrivateKey identity;
  private final SecurityProtocol security;
  private final Muxer muxer;
  private final Gater gater;
  private final Duration timeout;
  private final SecureRandom random;

  /** With what both sides have to use. */
  public TestUpgrader(
      PrivateKey identity,
      SecurityProtocol security,
      Muxer muxer,
      Gater gater,
      Duration timeout,
      SecureRandom random) {
    this.identity = identity;
    this.security = security;
    this.muxer = muxer;
    this.gater = gater;
    this.timeout = timeout;
    this.random = random;
  }

  @Override
  public CompletableFuture<MuxedConnection> upgrade(ByteLink link, UpgradeRequest request) {
    var result = new CompletableFuture<MuxedConnection>();
    CompletableFuture<SecureLink> handshake =
        security.secure(
            link,
            new SecurityRequest(
                request.role(), identity, request.expectedPeer(), List.of(), random));
    var deadline =
        link.loop()
            .schedule(
                timeout.toNanos(),
                () ->
                    result.completeExceptionally(
                        new NegotiationException("upgrade did not finish within " + timeout)));
    handshake.whenComplete(
        (secured, failure) -> {
          if (failure != null) {
            result.completeExceptionally(failure);
          } else if (!result.isDone()) {
            attach(secured, request, result);
          }
        });
    result.whenComplete(
        (connection, failure) -> {
          deadline.cancel();
          if (failure != null) {
            onLoop(link, () -> giveUp(link, request, handshake, failure));
          }
        });
    return result;
  }

  private void attach(
      SecureLink secured, UpgradeRequest request, CompletableFuture<MuxedConnection> result) {
    MuxedConnection connection;
    try {
      PeerId peer = PeerId.of(secured.remoteKey());
      if (!gater.allowSecured(request.direction(), peer, request.remoteAddress())) {
        throw new HandshakeException("the gater refused " + peer);
      }
      request.scope().assignPeer(peer);
      connection =
          muxer.attach(
              secured,
              new MuxerContext(
                  request.role(),
                  request.direction(),
                  request.transport(),
                  request.localAddress(),
                  request.remoteAddress(),
                  request.scope(),
                  Metrics.NONE));
    } catch (RuntimeException refused) {
      result.completeExceptionally(refused);
      return;
    }
    connection.closed().thenRun(request.scope()::close);
    if (!result.complete(connection)) {
      connection.close(ConnectionErrorCode.NO_ERROR);
    }
  }

  private static void giveUp(
      ByteLink link,
      UpgradeRequest request,
      CompletableFuture<SecureLink> handshake,
      @Nullable Throwable failure) {
    handshake.cancel(false);
    if (failure instanceof HandshakeException) {
      link.close();
    } else {
      link.abort();
    }
    request.scope().close();
  }

  private static void onLoop(ByteLink link, Runnable action) {
    if (link.loop().inLoop()) {
      action.run();
    } else {
      link.loop().execute(action);
    }
  }
}
