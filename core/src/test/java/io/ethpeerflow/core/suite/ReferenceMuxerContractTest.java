package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.Muxer;

/** The suite passes for a muxer that keeps the contract. */
class ReferenceMuxerContractTest extends MuxerContract {
  @Override
  protected Muxer muxer() {
    return new ReferenceMuxer(MuxerDefect.NONE);
  }

  @Override
  protected long windowBytes() {
    return ReferenceMuxer.WINDOW_BYTES;
  }

  @Override
  protected int turnBytes() {
    return ReferenceConnection.MAX_FRAME_BYTES;
  }

  @Override
  protected boolean endsHalvesSeparately() {
    return true;
  }
}
