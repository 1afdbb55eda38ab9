package io.ethpeerflow.benchmarks.yamux;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.spi.RawStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A stream's whole life through two sessions on one thread: open, 32 bytes there and back, close.
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
public class StreamBenchmark {
  private static final int MESSAGE_BYTES = 32;

  private final MemoryPair pair = new MemoryPair();
  private final ByteBuf data =
      PooledByteBufAllocator.DEFAULT.heapBuffer(MESSAGE_BYTES).writeZero(MESSAGE_BYTES);

  private static final class Echo implements StreamReader {
    private final RawStream stream;

    Echo(RawStream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf bytes) {
      if (!stream.offer(bytes)) {
        throw new IllegalStateException("refused");
      }
    }

    @Override
    public void onEnd() {
      stream.closeWrite();
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      throw new IllegalStateException("reset " + code);
    }
  }

  private static final class Count implements StreamReader {
    private int bytes;

    @Override
    public void onData(ByteBuf data) {
      bytes += data.readableBytes();
      data.release();
    }

    @Override
    public void onEnd() {}

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      throw new IllegalStateException("reset " + code);
    }
  }

  /** The server echoes. */
  @Setup
  public void serve() {
    pair.server.accept(
        stream -> {
          stream.reader(new Echo(stream));
          stream.request(Long.MAX_VALUE);
        });
    pair.settle();
  }

  /** One stream. */
  @Benchmark
  public RawStream roundTrip() {
    RawStream stream = pair.client.open().join();
    var count = new Count();
    stream.reader(count);
    stream.request(Long.MAX_VALUE);
    stream.offer(data.retainedSlice(0, MESSAGE_BYTES));
    stream.closeWrite();
    pair.settle();
    if (count.bytes != MESSAGE_BYTES || !stream.closed().isDone()) {
      throw new IllegalStateException(count.bytes + " of " + MESSAGE_BYTES + " bytes");
    }
    return stream;
  }
}
