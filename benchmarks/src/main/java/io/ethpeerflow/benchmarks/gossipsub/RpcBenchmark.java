package io.ethpeerflow.benchmarks.gossipsub;

import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.RpcDecoder;
import io.ethpeerflow.gossipsub.rpc.RpcEncoder;
import io.ethpeerflow.gossipsub.rpc.RpcLimits;
import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The RPC codec: bytes to an RPC and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
public class RpcBenchmark {
  /** What the RPC holds; messages are signed and carry 1 KiB. */
  @Param({"message", "messages-100", "ihave-5000"})
  public String content;

  private final RpcDecoder decoder = new RpcDecoder(RpcLimits.DEFAULT);
  private Rpc rpc;
  private ByteBuf bytes;
  private ByteBuf out;

  /** Makes the RPC and its bytes. */
  @Setup
  public void prepare() {
    rpc =
        switch (content) {
          case "message" -> publishing(1);
          case "messages-100" -> publishing(100);
          case "ihave-5000" ->
              new Rpc.Builder().ihave(new IHave(Samples.TOPIC, Samples.ids(5000, 1))).build();
          default -> throw new IllegalArgumentException("content: " + content);
        };
    int size = RpcEncoder.sizeBytes(rpc);
    bytes = Unpooled.directBuffer(size, size);
    RpcEncoder.write(rpc, bytes);
    out = Unpooled.directBuffer(size, size);
  }

  private static Rpc publishing(int count) {
    return Rpc.publishing(Samples.signed(count, 1024).toArray(Message[]::new));
  }

  /** Counts, checks and decodes. */
  @Benchmark
  public Rpc decode() throws WireFormatException {
    return decoder.decode(bytes);
  }

  /** Sums up the length, and writes. */
  @Benchmark
  public int encode() {
    int size = RpcEncoder.sizeBytes(rpc);
    RpcEncoder.write(rpc, out.clear());
    return size;
  }
}
