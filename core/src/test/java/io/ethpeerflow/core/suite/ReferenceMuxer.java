package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.wire.protocol.ProtocolId;

/**
 * A muxer as simple as the contract allows, against which the suite is tried; and, with a {@link
 * MuxerDefect}, one that breaks the contract in one way.
 *
 * <p>A frame is a type, a stream number, a length or argument (32 bits each but the type, one byte)
 * and, for DATA, so many bytes. Windows are 64 KiB.
 */
final class ReferenceMuxer implements Muxer {
  static final ProtocolId ID = ProtocolId.of("/reference-for-tests/1.0.0");
  static final int WINDOW_BYTES = 64 << 10;
  static final int MAX_HELD = 256;

  private final MuxerDefect defect;

  ReferenceMuxer(MuxerDefect defect) {
    this.defect = defect;
  }

  @Override
  public ProtocolId id() {
    return ID;
  }

  @Override
  public MuxedConnection attach(SecureLink link, MuxerContext context) {
    return new ReferenceConnection(link, context, defect);
  }
}
