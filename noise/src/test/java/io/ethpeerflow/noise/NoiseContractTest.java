package io.ethpeerflow.noise;

import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.suite.SecurityContract;

/** What every security protocol has to do. */
class NoiseContractTest extends SecurityContract {
  @Override
  protected SecurityProtocol security() {
    return new NoiseSecurity();
  }
}
