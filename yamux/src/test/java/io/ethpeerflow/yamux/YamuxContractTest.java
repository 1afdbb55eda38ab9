package io.ethpeerflow.yamux;

import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.suite.MuxerContract;

/** What every muxer has to do. */
class YamuxContractTest extends MuxerContract {
  @Override
  protected Muxer muxer() {
    return new Yamux();
  }
}
