package io.ethpeerflow.benchmarks.quic;

import io.ethpeerflow.quic.packet.AddressToken;
import io.ethpeerflow.quic.packet.InitialPacket;
import io.ethpeerflow.quic.packet.RetryPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a stranger's first packet costs while it is decided whether anything is made for it: what a
 * flood of them costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FirstPacketBenchmark {
  private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.1", 4001);
  private static final long NOW_NANOS = 1;

  /** What it carries: no token, one of ours, one of ours from another address, or no packet. */
  @Param({"without", "valid", "foreign", "garbage"})
  public String token = "";

  private final AddressToken tokens = new AddressToken(new byte[32]);
  private ByteBuf datagram = Unpooled.EMPTY_BUFFER;
  private boolean valid;

  /** Makes the datagram. */
  @Setup
  public void prepare() {
    var elsewhere = new InetSocketAddress("192.0.2.2", 4001);
    valid = token.equals("valid");
    datagram =
        switch (token) {
          case "without" -> Datagrams.initial(ID, new byte[0]);
          case "valid" -> Datagrams.initial(ID, tokens.mint(REMOTE, ID, NOW_NANOS));
          case "foreign" -> Datagrams.initial(ID, tokens.mint(elsewhere, ID, NOW_NANOS));
          case "garbage" -> Datagrams.garbage();
          default -> throw new IllegalArgumentException(token);
        };
  }

  /** Reading the packet, and checking its token where it has one. */
  @Benchmark
  public @Nullable InitialPacket check() {
    InitialPacket initial = InitialPacket.read(datagram);
    if (initial != null
        && initial.token().length > 0
        && tokens.isValid(initial.token(), REMOTE, NOW_NANOS) != valid) {
      throw new IllegalStateException("the token is " + (valid ? "refused" : "taken"));
    }
    return initial;
  }

  /** The same, and the Retry that answers a stranger who has not shown its address. */
  @Benchmark
  public byte @Nullable [] answer() {
    InitialPacket initial = check();
    return initial == null || valid
        ? null
        : RetryPacket.of(
            initial.theirId(), initial.ourId(), ID, tokens.mint(REMOTE, ID, NOW_NANOS));
  }
}
