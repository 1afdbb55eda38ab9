package io.ethpeerflow.benchmarks.quic;

import io.ethpeerflow.quic.packet.InitialPacket;
import io.ethpeerflow.quic.packet.PacketHeader;
import io.ethpeerflow.quic.packet.PacketHeader.Recipient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.collection.LongObjectHashMap;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a socket does with each datagram before a codec sees it, in the order of its {@code
 * Demultiplexer}: whose it is, a look among the connections that were dialed where the header
 * leaves that open, and, of those for connections that were accepted, whether it begins one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecipientBenchmark {
  private static final int DIALERS = 1000;

  /** What arrives. */
  @Param({"accepted", "dialed", "handshake", "initial", "garbage"})
  public String datagram = "";

  private final LongObjectHashMap<Boolean> dialers = new LongObjectHashMap<>();
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

  /** Makes the datagram, and a thousand connections that were dialed. */
  @Setup
  public void prepare() {
    var random = new Random(2);
    dialers.put(Datagrams.DIALER, Boolean.TRUE);
    while (dialers.size() < DIALERS) {
      dialers.put(PacketHeader.dialerId(random.nextLong()), Boolean.TRUE);
    }
    bytes =
        switch (datagram) {
          case "accepted" -> Datagrams.established(PacketHeader.acceptorId(Datagrams.DIALER));
          case "dialed" -> Datagrams.established(Datagrams.DIALER);
          case "handshake" -> Datagrams.handshake(Datagrams.DIALER);
          case "initial" -> Datagrams.initial(new byte[] {-1, 2, 3, 4, 5, 6, 7, 8}, new byte[0]);
          case "garbage" -> Datagrams.garbage();
          default -> throw new IllegalArgumentException(datagram);
        };
  }

  /** The whole decision. */
  @Benchmark
  public Recipient recipient() {
    Recipient recipient = PacketHeader.recipient(bytes);
    if (recipient == Recipient.AMBIGUOUS) {
      boolean known = dialers.containsKey(PacketHeader.longHeaderId(bytes));
      recipient = known ? Recipient.DIALED : Recipient.ACCEPTED;
    }
    if (recipient == Recipient.ACCEPTED) {
      InitialPacket initial = InitialPacket.read(bytes);
      if (initial != null && initial.token().length > 0) {
        throw new IllegalStateException("a token that nobody sent");
      }
    }
    return recipient;
  }
}
