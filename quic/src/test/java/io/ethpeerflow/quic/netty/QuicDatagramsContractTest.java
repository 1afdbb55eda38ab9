package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.suite.DatagramsContract;
import io.ethpeerflow.core.suite.MuxerWorld;

/** {@link DatagramsContract} over a QUIC connection. */
class QuicDatagramsContractTest extends DatagramsContract {
  @Override
  protected MuxerWorld world(MuxerWorld.Setup setup) {
    return new QuicMuxerWorld(setup);
  }
}
