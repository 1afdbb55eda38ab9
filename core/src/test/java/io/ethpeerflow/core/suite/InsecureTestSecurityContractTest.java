package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.sim.InsecureTestSecurity;
import io.ethpeerflow.core.spi.SecurityProtocol;

/** The suite passes for a security protocol that keeps the contract. */
class InsecureTestSecurityContractTest extends SecurityContract {
  @Override
  protected SecurityProtocol security() {
    return new InsecureTestSecurity();
  }
}
