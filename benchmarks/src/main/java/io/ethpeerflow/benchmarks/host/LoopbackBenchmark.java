package io.ethpeerflow.benchmarks.host;

import io.ethpeerflow.benchmarks.compare.EchoTrip;
import io.ethpeerflow.benchmarks.compare.Repetition;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.host.perf.PerfClient;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Two hosts with the default configuration over loopback, in one process: what is allocated is the
 * sum of both sides. How fast two processes are is what {@code compare/run} measures.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls connect first
public class LoopbackBenchmark {
  private static final int TRANSFER_MIB = 16;
  private static final int TRIPS = 200;

  /** Over TCP it is Noise and Yamux. */
  @Param({"tcp", "quic-v1"})
  public String transport = "tcp";

  private final PerfClient perf = new PerfClient(System::nanoTime);
  private Host dialer;
  private Host listener;
  private Connection connection;

  /** Starts both and connects them. */
  @Setup
  public void connect() {
    String port = transport.equals("tcp") ? "tcp/0" : "udp/0/" + transport;
    listener = Libp2p.host().listen("/ip4/127.0.0.1/" + port).start().join();
    dialer = Libp2p.host().start().join();
    Perf.serve(listener);
    Echo.serve(listener);
    connection = dialer.connect(listener.addrInfo()).join();
    if (!connection.transport().equals(transport)) {
      throw new IllegalStateException("connected over " + connection.transport());
    }
  }

  /** Stops both. */
  @TearDown
  public void close() {
    dialer.close();
    listener.close();
  }

  /**
   * Bytes on one stream from the dialer, answered once they are all there; an operation is 1 MiB.
   */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  @OperationsPerInvocation(TRANSFER_MIB)
  public PerfClient.Result upload() {
    return perf.transfer(connection, (long) TRANSFER_MIB << 20, 0).join();
  }

  /** Open a stream, 32 bytes there and back, close; one after another. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  @OperationsPerInvocation(TRIPS)
  public void request() {
    new Repetition(TRIPS, () -> EchoTrip.on(connection)).start(1).join();
  }

  /** The same with 64 streams open at a time. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  @OperationsPerInvocation(TRIPS)
  public void requests64() {
    new Repetition(TRIPS, () -> EchoTrip.on(connection)).start(64).join();
  }
}
