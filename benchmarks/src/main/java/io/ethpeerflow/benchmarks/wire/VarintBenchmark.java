package io.ethpeerflow.benchmarks.wire;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One unsigned varint, from and to an array and a direct buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VarintBenchmark {
  /** Takes 1, 2, 5 and 9 bytes. */
  @Param({"5", "300", "4294967295", "9223372036854775807"})
  public long value;

  private byte[] array = new byte[UnsignedVarint.MAX_BYTES];
  private ByteBuf buffer = Unpooled.directBuffer(UnsignedVarint.MAX_BYTES);
  private int sizeBytes;

  /** Writes what is read. */
  @Setup
  public void prepare() {
    sizeBytes = UnsignedVarint.write(value, array, 0);
    buffer.writeBytes(array, 0, sizeBytes);
  }

  /** To an array. */
  @Benchmark
  public int writeToArray() {
    return UnsignedVarint.write(value, array, 0);
  }

  /** From an array. */
  @Benchmark
  public long readFromArray() throws WireFormatException {
    return UnsignedVarint.read(array, 0, sizeBytes);
  }

  /** To a direct buffer. */
  @Benchmark
  public int writeToBuffer() {
    UnsignedVarint.write(value, buffer.clear());
    return buffer.writerIndex();
  }

  /** From a direct buffer. */
  @Benchmark
  public long readFromBuffer() throws WireFormatException {
    return UnsignedVarint.read(buffer.readerIndex(0));
  }
}
