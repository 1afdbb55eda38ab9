package io.ethpeerflow.interop.ours;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes handshakes on and notes with which peers they agreed on the muxer too. */
final class EarlyMuxers implements SecurityProtocol {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyMuxers.class);

  private final SecurityProtocol actual;
  private final Map<PeerId, Boolean> early = new ConcurrentHashMap<>();

  EarlyMuxers(SecurityProtocol actual) {
    this.actual = actual;
  }

  /** Whether the newest handshake with a peer agreed on the muxer; null when there was none. */
  @Nullable Boolean with(PeerId peer) {
    return early.get(peer);
  }

  @Override
  public ProtocolId id() {
    return actual.id();
  }

  @Override
  public CompletableFuture<SecureLink> secure(ByteLink link, SecurityRequest request) {
    CompletableFuture<SecureLink> handshake = actual.secure(link, request);
    handshake.whenComplete(
        (secured, failure) -> {
          if (failure == null) {
            early.put(PeerId.of(secured.remoteKey()), secured.earlyMuxer() != null);
          } else {
            LOG.debug("handshake failed role={}", request.role(), failure);
          }
        });
    return handshake;
  }

  /** Frees what TLS keeps for its identity. */
  void close() {
    if (actual instanceof TlsSecurity tls) {
      tls.close();
    }
  }
}
