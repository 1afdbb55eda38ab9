package io.ethpeerflow.benchmarks.yamux;

import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.yamux.frame.FrameHandler;
import io.ethpeerflow.yamux.frame.FrameHeader;
import io.ethpeerflow.yamux.frame.FrameParser;
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

/** The frame codec alone: writing headers, and finding frames in a read of 64 KiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FrameBenchmark {
  private static final int READ_BYTES = 64 << 10;

  /** Payload of each frame. */
  @Param({"0", "64", "1024", "65524"})
  public int payloadBytes;

  private final ByteBuf head = Unpooled.directBuffer(FrameHeader.BYTES);
  private final Counter counter = new Counter();
  private final FrameParser parser = new FrameParser(counter);
  private ByteBuf read = Unpooled.EMPTY_BUFFER;
  private int filledBytes;

  private static final class Counter implements FrameHandler {
    private long sum;

    @Override
    public boolean onHeader(long header, int length) {
      sum += FrameHeader.streamId(header) + length;
      return true;
    }

    @Override
    public void onPayload(ByteBuf piece) {
      sum += piece.readableBytes();
      piece.release();
    }

    @Override
    public void onFrameEnd() {}
  }

  /** As many whole frames as fit a read. */
  @Setup
  public void fill() {
    read = Unpooled.directBuffer(READ_BYTES);
    while (read.writableBytes() >= FrameHeader.BYTES + payloadBytes) {
      read.writeLong(FrameHeader.pack(FrameHeader.DATA, 0, 1)).writeInt(payloadBytes);
      read.writeZero(payloadBytes);
    }
    filledBytes = read.writerIndex();
  }

  /** One header. */
  @Benchmark
  public ByteBuf header() {
    FrameHeader.set(head, FrameHeader.DATA, FrameHeader.SYN, 7, payloadBytes);
    return head;
  }

  /** All frames of one read. */
  @Benchmark
  public long parse() throws ProtocolViolation {
    parser.parse(read.retain().setIndex(0, filledBytes));
    return counter.sum;
  }
}
