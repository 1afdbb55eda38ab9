package io.ethpeerflow.benchmarks.wire;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A multiaddr between its text, its bytes and the value that is known to be valid. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MultiaddrBenchmark {
  /** A line of {@code addresses.txt}. */
  @Param({"tcp", "dns", "long"})
  public String address = "";

  private String text = "";
  private byte[] bytes = {};
  private Multiaddr parsed = Multiaddr.EMPTY;

  /** Makes both forms. */
  @Setup
  public void prepare() {
    text = Addresses.named(address);
    parsed = Multiaddr.of(text);
    bytes = parsed.toBytes();
  }

  /** Text to validated bytes. */
  @Benchmark
  public Multiaddr parse() throws WireFormatException {
    return Multiaddr.parse(text);
  }

  /** Bytes from the network to a validated value. */
  @Benchmark
  public Multiaddr decode() throws WireFormatException {
    return Multiaddr.decode(bytes);
  }

  /** A value to its text. */
  @Benchmark
  public String format() {
    return parsed.toString();
  }
}
