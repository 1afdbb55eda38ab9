package io.ethpeerflow.core.suite;

/** The suite's cases hold for real threads and real time, too. */
class RealTimeMuxerContractTest extends ReferenceMuxerContractTest {
  @Override
  protected MuxerWorld world(MuxerWorld.Setup setup) {
    return new RealTimeMuxerWorld(this::muxer, setup);
  }
}
