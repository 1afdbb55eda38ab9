package io.ethpeerflow.core.suite;

/**
 * What every {@link io.ethpeerflow.core.spi.SecurityProtocol} has to do. Subclass it, say which
 * protocol and what it can do, and run it:
 *
 * <pre>{@code
 * class NoiseContractTest extends SecurityContract {
 *   @Override
 *   protected SecurityProtocol security() {
 *     return new Noise(NoiseConfig.DEFAULT);
 *   }
 * }
 * }</pre>
 *
 * <p>The two ends run on loops in virtual time over a link in memory that a case may cut, stall and
 * tamper with. Each case ends by ending both links and checking that no buffer is left, and that no
 * callback broke the contract on the way.
 */
public abstract class SecurityContract extends SecurityRecordCases {
  /** For subclasses. */
  protected SecurityContract() {}
}
