package io.ethpeerflow.benchmarks.yamux;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.spi.RawStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
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

/**
 * 1 MiB through two sessions on one thread over a link that only copies: what Yamux costs of both
 * sides together.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {
      "-Djmh.executor=CUSTOM",
      "-Djmh.executor.class=io.ethpeerflow.benchmarks.netty.LoopThreadExecutor"
    })
public class PumpBenchmark {
  private static final int TRANSFER_BYTES = 1 << 20;
  private static final int TURN_BYTES = 128 << 10;

  /** Bytes of each write. */
  @Param({"64", "1024", "65536"})
  public int writeBytes;

  /** Streams that share the transfer. */
  @Param({"1", "8"})
  public int streams;

  private final MemoryPair pair = new MemoryPair();
  private final List<RawStream> writers = new ArrayList<>();
  private final ByteBuf data =
      PooledByteBufAllocator.DEFAULT.heapBuffer(64 << 10).writeZero(64 << 10);
  private final Sink sink = new Sink();

  private static final class Sink implements StreamReader {
    private long received;

    @Override
    public void onData(ByteBuf bytes) {
      received += bytes.readableBytes();
      bytes.release();
    }

    @Override
    public void onEnd() {}

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      throw new IllegalStateException("reset " + code);
    }
  }

  /** Opens the streams. */
  @Setup
  public void open() {
    pair.server.accept(
        stream -> {
          stream.reader(sink);
          stream.request(Long.MAX_VALUE);
        });
    for (int i = 0; i < streams; i++) {
      writers.add(pair.client.open().join());
    }
    pair.settle();
  }

  /** One MiB over all streams in turn. */
  @Benchmark
  public long transfer() {
    long target = sink.received + TRANSFER_BYTES;
    int left = TRANSFER_BYTES;
    for (int i = 0; left > 0; i++) {
      RawStream stream = writers.get(i % streams);
      int n = Math.min(left, writeBytes);
      ByteBuf piece = data.retainedSlice(0, n);
      if (stream.offer(piece)) {
        left -= n;
      } else {
        piece.release();
      }
      if (stream.queuedBytes() >= TURN_BYTES) {
        pair.settle();
      }
    }
    pair.settle();
    if (sink.received != target) {
      throw new IllegalStateException(sink.received + " of " + target);
    }
    return sink.received;
  }
}
