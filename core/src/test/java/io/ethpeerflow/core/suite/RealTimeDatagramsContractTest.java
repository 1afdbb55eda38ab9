package io.ethpeerflow.core.suite;

/** The suite's cases hold for real threads and real time, too. */
class RealTimeDatagramsContractTest extends DatagramsContract {
  @Override
  protected MuxerWorld world(MuxerWorld.Setup setup) {
    return ReferenceDatagramsWorld.around(
        new RealTimeMuxerWorld(() -> new ReferenceMuxer(MuxerDefect.NONE), setup),
        DatagramDefect.NONE);
  }
}
