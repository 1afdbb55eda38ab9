package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.sim.TransportDefect;
import io.ethpeerflow.testkit.net.StreamOptions;

/** The simulated transport does what every transport has to do. */
class SimTransportContractTest extends TransportContract {
  @Override
  protected TransportWorld world() {
    return new SimWorld(StreamOptions.DEFAULT, TransportDefect.NONE);
  }
}
