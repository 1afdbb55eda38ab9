package io.ethpeerflow.core.suite;

/**
 * What every {@link io.ethpeerflow.core.spi.Muxer} has to do. Subclass it, say which muxer and what
 * it can do, and run it:
 *
 * <pre>{@code
 * class YamuxContractTest extends MuxerContract {
 *   @Override
 *   protected Muxer muxer() {
 *     return new Yamux(YamuxConfig.DEFAULT);
 *   }
 * }
 * }</pre>
 *
 * <p>The two ends of a connection run on loops in virtual time over a link in memory, so a case is
 * the same in every run. Each case ends by closing both ends and checking that no stream, no
 * reservation and no buffer is left, and that no callback broke the contract on the way.
 */
public abstract class MuxerContract extends MuxerConnectionCases {
  /** For subclasses. */
  protected MuxerContract() {}
}
