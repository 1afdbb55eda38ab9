package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;

/** What a host gives to its transports. */
public interface TransportContext {
  /** Who we are. */
  PeerId localPeer();

  /** The identity key. */
  PrivateKey identity();

  /** The host's loops. */
  Loops loops();

  /** The host's budget. */
  Limits limits();

  /** Who may connect. */
  Gater gater();

  /** Raw to muxed, for transports that bring neither security nor streams. */
  Upgrader upgrader();

  /** For keys and nonces. */
  SecureRandom random();

  /** Where to count. */
  Metrics metrics();
}
