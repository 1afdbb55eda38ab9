package io.ethpeerflow.core.suite;

/** The suite passes for datagrams that keep the contract. */
class ReferenceDatagramsContractTest extends DatagramsContract {
  @Override
  protected MuxerWorld world(MuxerWorld.Setup setup) {
    return ReferenceDatagramsWorld.around(
        new MemoryMuxerWorld(() -> new ReferenceMuxer(MuxerDefect.NONE), setup),
        DatagramDefect.NONE);
  }
}
