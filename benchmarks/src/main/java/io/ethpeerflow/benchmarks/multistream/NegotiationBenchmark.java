package io.ethpeerflow.benchmarks.multistream;

import io.ethpeerflow.multistream.MultistreamConfig;
import io.ethpeerflow.multistream.MultistreamDialer;
import io.ethpeerflow.multistream.MultistreamListener;
import io.ethpeerflow.multistream.Negotiation;
import io.ethpeerflow.multistream.SupportedProtocols;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A whole negotiation, both sides, over two buffers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NegotiationBenchmark {
  private static final ProtocolId AGREED = ProtocolId.of("/ipfs/ping/1.0.0");

  /** Proposals up to the one that the listener supports; 1 is what a stream usually costs. */
  @Param({"1", "4"})
  public int proposals = 1;

  private final ByteBuf toListener = Unpooled.directBuffer();
  private final ByteBuf toDialer = Unpooled.directBuffer();
  private final SupportedProtocols supported = SupportedProtocols.of(List.of(AGREED));
  private List<ProtocolId> proposed = List.of(AGREED);

  /** Puts refused proposals before the supported one. */
  @Setup
  public void propose() {
    proposed =
        Stream.concat(
                IntStream.range(1, proposals).mapToObj(i -> ProtocolId.of("/unknown/" + i)),
                Stream.of(AGREED))
            .toList();
  }

  /** Until both sides agree. */
  @Benchmark
  public Negotiation bothSides() {
    var dialer = new MultistreamDialer(proposed, MultistreamConfig.DEFAULT);
    var listener = new MultistreamListener(supported, MultistreamConfig.DEFAULT);
    dialer.start(toListener.clear());
    toDialer.clear();
    while (dialer.state() == Negotiation.Pending.INSTANCE) {
      listener.onInput(toListener, toDialer);
      dialer.onInput(toDialer, toListener);
    }
    if (!(listener.state() instanceof Negotiation.Agreed)) {
      throw new IllegalStateException(listener.state().toString());
    }
    return dialer.state();
  }
}
