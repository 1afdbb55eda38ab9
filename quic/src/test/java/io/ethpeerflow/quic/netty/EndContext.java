package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.spi.Upgrader;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.time.Duration;

/** What a transport needs of a host, without one. */
record EndContext(PrivateKey identity, Limits limits, Loops loops, Metrics metrics, Gater gater)
    implements TransportContext {
  private static final SecureRandom RANDOM = new SecureRandom();

  EndContext(PrivateKey identity, Limits limits, Loops loops) {
    this(identity, limits, loops, Metrics.NONE, Gater.ALLOW_ALL);
  }

  /** A dial of whoever answers. */
  static DialRequest request(Multiaddr address, Duration timeout) {
    return new DialRequest(address, null, Role.INITIATOR, timeout);
  }

  @Override
  public PeerId localPeer() {
    return PeerId.of(identity.publicKey());
  }

  @Override
  public Upgrader upgrader() {
    throw new UnsupportedOperationException("QUIC does not upgrade");
  }

  @Override
  public SecureRandom random() {
    return RANDOM;
  }
}
