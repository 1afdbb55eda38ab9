package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.Muxer;
import java.util.function.BooleanSupplier;

/**
 * What every {@link io.ethpeerflow.core.spi.Muxer} has to do, and every transport that brings
 * streams of its own. Subclass it, say which muxer and what it can do, and run it:
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
 *
 * <h2>A transport with streams of its own, in real time</h2>
 *
 * <p>It overrides {@link #world} and not {@link #muxer}. For QUIC a {@link MuxerWorld} is this:
 *
 * <ul>
 *   <li>two transports, each with a context whose {@code limits()} is the {@link
 *       MuxerWorld.Setup}'s of its side (the transport opens and closes the scope of the
 *       connection) and whose {@code loops()} are one loop, which is {@link MuxerWorld#loop}; the
 *       identities are {@link TestIdentities} 1 (left, dials) and 2 (right, listens);
 *   <li>between their sockets a relay of datagrams, at which {@link MuxerWorld#stall} holds back
 *       those towards one end, {@link MuxerWorld#cut} drops all, and {@link
 *       MuxerWorld#receivedBytes} counts from the end of the handshake;
 *   <li>a {@link Stillness}, told of each datagram by the relay and of each task by loops that wrap
 *       the real ones: {@link MuxerWorld#settle} waits until nothing has happened for longer than
 *       the largest delay of an acknowledgement, {@link MuxerWorld#settle(BooleanSupplier)} for the
 *       condition alone; {@link MuxerWorld#until} and {@link MuxerWorld#run} are those of a
 *       transport's world;
 *   <li>windows of some 256 KiB per stream, told to the suite with {@link #windowBytes} (a writer
 *       that nothing stops within 8 MiB is a violation), a stream limit told with {@link
 *       #concurrentStreams}, an idle timeout of 2 seconds or less, so that a cut is noticed, and
 *       {@link #endsHalvesSeparately} true;
 *   <li>{@link MuxerWorld#connect} of the left side dials and waits for both ends; that of the
 *       right returns the one that the listener accepted;
 *   <li>{@link MuxerWorld#missing} names {@code STILL_CLOCK}, {@code REPEATABLE}, {@code
 *       LATE_ATTACH}, {@code BOUNDED_LINK}, {@code ORDERLY_END} and {@code VIOLATION}, because a
 *       congestion window is no bound of the test's and nothing can be forged below the encryption;
 *       {@code GARBAGE} is datagrams that claim to come from the left. The seven cases that need
 *       what is named here are aborted, and say so.
 * </ul>
 *
 * <p>{@code RealTimeMuxerContractTest}, beside this class, runs all cases over threads and real
 * time, and is the model to start from.
 */
public abstract class MuxerContract extends MuxerConnectionCases {
  /** For subclasses. */
  protected MuxerContract() {}

  /** A muxer with its defaults; called once for each end. */
  protected Muxer muxer() {
    throw new IllegalStateException("a contract test overrides muxer() or world()");
  }

  /**
   * Where a case takes place; made anew each time, and closed by the suite. Unless overridden:
   * virtual time, and the ends of {@link #muxer} on a link in memory.
   */
  @Override
  protected MuxerWorld world(MuxerWorld.Setup setup) {
    return new MemoryMuxerWorld(this::muxer, setup);
  }
}
