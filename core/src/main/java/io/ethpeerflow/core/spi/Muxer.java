package io.ethpeerflow.core.spi;

import io.ethpeerflow.wire.protocol.ProtocolId;

/** Puts many streams on one secure link. Thread-safe; one instance serves a host. */
public interface Muxer {
  /** Its multistream id. */
  ProtocolId id();

  /**
   * Takes over a link. Must be called on its loop. Inbound streams that arrive before {@link
   * MuxedConnection#accept} are held back up to the muxer's bound.
   *
   * @param link belongs to the muxer from now on
   */
  MuxedConnection attach(SecureLink link, MuxerContext context);
}
