package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.wire.peer.PeerId;

/** What a host gives to its transports. */
public interface TransportContext extends ServiceContext {
  /** Who we are. */
  PeerId localPeer();

  /** The host's budget. */
  Limits limits();

  /** Who may connect. */
  Gater gater();

  /** Raw to muxed, for transports that bring neither security nor streams. */
  Upgrader upgrader();
}
