package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.suite.MuxerContract;
import io.ethpeerflow.core.suite.MuxerWorld;

/** {@link MuxerContract}, as it stands, over the streams of a QUIC connection. */
class QuicMuxerContractTest extends MuxerContract {
  @Override
  protected MuxerWorld world(MuxerWorld.Setup setup) {
    return new QuicMuxerWorld(setup);
  }

  @Override
  protected boolean endsHalvesSeparately() {
    return true;
  }

  /** Netty takes codes as ints. */
  @Override
  protected StreamErrorCode largestCode() {
    return new StreamErrorCode(Integer.MAX_VALUE);
  }

  /** Netty does not hand up the code of a STOP_SENDING. */
  @Override
  protected boolean carriesStopCodes() {
    return false;
  }

  @Override
  protected int concurrentStreams() {
    return QuicMuxerWorld.CONFIG.maxInboundStreams();
  }
}
