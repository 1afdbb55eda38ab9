package io.ethpeerflow.core.suite;

/**
 * What every {@link io.ethpeerflow.core.spi.Transport} has to do. Subclass it, say in which world
 * the transport works, and run it:
 *
 * <pre>{@code
 * class TcpContractTest extends TransportContract {
 *   @Override
 *   protected TransportWorld world() {
 *     return new TcpWorld();
 *   }
 * }
 * }</pre>
 *
 * <p>Security and muxer are the test-jar's own, so that a case says something of the transport
 * alone. Each case ends by closing what is open and checking that neither side is charged for
 * anything, that no socket is left where the world can tell, and that callbacks came on their
 * loops.
 */
public abstract class TransportContract extends TransportDataCases {
  /** For subclasses. */
  protected TransportContract() {}
}
