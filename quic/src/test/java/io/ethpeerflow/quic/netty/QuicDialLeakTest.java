package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Dials that complete, are cancelled at any moment, or lead nowhere: nothing stays of them. And a
 * reader that asks for nothing, for 5 s or {@code -Dpeerflow.quic.slowReaderSeconds}.
 */
class QuicDialLeakTest {
  /** Of eight dials each. */
  private static final int ROUNDS = Integer.getInteger("peerflow.quic.dialRounds", 250);

  private static final int COMPLETED = 4;
  private static final int CANCELLED = 2;
  private static final int SILENT = 2;
  private static final int MOST_CLOSING = 300;
  private static final int WARM_UP_ROUNDS = 25;
  private static final long CHUNKS_BYTES = 32 << 20;

  private static final Duration SLOW_READER =
      Duration.ofSeconds(Integer.getInteger("peerflow.quic.slowReaderSeconds", 5));
  private static final long WINDOW = QuicConfig.DEFAULT.streamWindowBytes();
  private static final long QUEUE = 256 << 10;
  private static final int PIECE = 16 << 10;
  private static final long MEMORY = 2 << 20;

  private final QuicPair pair =
      new QuicPair(
          QuicConfig.DEFAULT.withTimeouts(
              Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(5)));
  private final Set<Integer> sources = new HashSet<>();
  private Multiaddr address;
  private DatagramChannel silent;

  @BeforeEach
  void listens() throws Exception {
    address = pair.listener.listen().address();
    silent = DatagramChannel.open();
    silent.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    silent.configureBlocking(false);
  }

  @AfterEach
  void closes() throws Exception {
    silent.close();
    pair.close();
  }

  @Test
  void dialsHalfOfThemGivenUpLeaveNothing() throws Exception {
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      round(i);
    }
    idle();
    int files = OpenFiles.count();
    int sockets = OpenFiles.udpSockets();
    long reserved = PlatformDependent.usedDirectMemory();
    assertThat(sockets).as("the listener's, the dialer's, the silent one").isEqualTo(3);
    for (int i = 0; i < ROUNDS; i++) {
      round(i);
      assertThat(OpenFiles.udpSockets()).isEqualTo(sockets);
    }
    idle();
    assertThat(OpenFiles.count()).isLessThanOrEqualTo(files);
    assertThat(sources).as("ports that dials left from").hasSize(1);
    Await.until(
        "no buffer is in use",
        QuicPair.LIMIT,
        () -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() == 0);
    assertThat(PlatformDependent.usedDirectMemory())
        .as("pools may have grown to a peak, not with the number of dials")
        .isLessThan(reserved + CHUNKS_BYTES);
  }

  @Test
  void aReaderThatAsksForNothingBoundsItsWriterForAsLongAsItLikes() {
    MuxedConnection connection = pair.dialer.dial(address);
    RawStream writer = QuicPair.open(connection);
    var offered = new AtomicLong();
    QuicPair.run(connection, () -> write(writer, offered));
    Await.until("accepted", QuicPair.LIMIT, () -> !pair.listener.streams.isEmpty());
    RawStream reader = pair.listener.streams.get(0);
    var log = new StreamLog();
    QuicPair.run(reader.connection(), () -> reader.reader(log));
    Await.until("the window is full", QuicPair.LIMIT, () -> offered.get() >= WINDOW + QUEUE);
    long end = System.nanoTime() + SLOW_READER.toNanos();
    Await.until(
        "the time is over",
        SLOW_READER.plus(QuicPair.LIMIT),
        () -> {
          assertThat(offered.get()).isLessThanOrEqualTo(WINDOW + QUEUE + PIECE);
          assertThat(log.bytes).hasValue(0);
          assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()).isLessThan(MEMORY);
          return System.nanoTime() - end >= 0;
        });
    assertThat(writer.closed()).isNotDone();
    assertThat(pair.listener.limits.usage().system().memoryBytes())
        .as("what the remote may have sent is charged")
        .isGreaterThanOrEqualTo(WINDOW);
    long waiting = offered.get();
    QuicPair.run(reader.connection(), () -> reader.request(Long.MAX_VALUE));
    Await.until("it flows again", QuicPair.LIMIT, () -> log.bytes.get() > 4 * waiting);
    QuicPair.run(connection, () -> connection.close(ConnectionErrorCode.NO_ERROR));
    idle();
  }

  /** Writes as long as it may, and goes on when it may again. */
  private static void write(RawStream stream, AtomicLong offered) {
    while (stream.writeOpen()) {
      ByteBuf piece = PooledByteBufAllocator.DEFAULT.directBuffer(PIECE).writeZero(PIECE);
      if (!stream.offer(piece)) {
        piece.release();
        stream.onWritable(() -> write(stream, offered));
        return;
      }
      offered.addAndGet(PIECE);
    }
  }

  /** Eight dials at once, four of them given up at one moment or another. */
  private void round(int number) throws Exception {
    var kept = new ArrayList<CompletableFuture<MuxedConnection>>();
    var givenUp = new ArrayList<CompletableFuture<MuxedConnection>>();
    for (int i = 0; i < COMPLETED; i++) {
      kept.add(pair.dialer.dialing(address));
    }
    for (int i = 0; i < CANCELLED; i++) {
      givenUp.add(pair.dialer.dialing(address));
    }
    Multiaddr nowhere = QuicAddresses.ofSocket((InetSocketAddress) silent.getLocalAddress());
    for (int i = 0; i < SILENT; i++) {
      givenUp.add(pair.dialer.dialing(nowhere));
    }
    for (int i = 0; i < givenUp.size(); i++) {
      giveUp(givenUp.get(i), Duration.ofMillis((number + i) % 6));
    }
    for (CompletableFuture<MuxedConnection> dial : kept) {
      Await.done(QuicPair.LIMIT, dial).close(ConnectionErrorCode.NO_ERROR);
    }
    for (CompletableFuture<MuxedConnection> dial : givenUp) {
      Await.until("given up", QuicPair.LIMIT, dial::isDone);
      if (!dial.isCancelled()) {
        dial.join().close(ConnectionErrorCode.NO_ERROR);
      }
    }
    noteSources();
    // one that was given up in silence is kept for a few round trips, as QUIC wants it
    Await.until(
        "few are being closed",
        QuicPair.LIMIT,
        () -> closing(pair.dialer) < MOST_CLOSING && closing(pair.listener) < MOST_CLOSING);
  }

  private static int closing(QuicPair.End end) {
    return end.limits.usage().system().connections();
  }

  private void idle() {
    Await.until("dialer idle", QuicPair.LIMIT, () -> pair.dialer.limits.usage().isIdle());
    Await.until("listener idle", QuicPair.LIMIT, () -> pair.listener.limits.usage().isIdle());
  }

  private void giveUp(CompletableFuture<MuxedConnection> dial, Duration after) {
    if (after.isZero()) {
      dial.cancel(false);
    } else {
      pair.listener.loops.next().schedule(after.toNanos(), () -> dial.cancel(false));
    }
  }

  /** The ports that datagrams came from at both addresses. */
  private void noteSources() throws Exception {
    ByteBuffer datagram = ByteBuffer.allocate(2048);
    while (silent.receive(datagram.clear()) instanceof InetSocketAddress source) {
      sources.add(source.getPort());
    }
    List<MuxedConnection> accepted = List.copyOf(pair.listener.accepted);
    for (MuxedConnection connection : accepted) {
      InetSocketAddress source = QuicAddresses.toSocket(connection.remoteAddress());
      sources.add(source == null ? -1 : source.getPort());
    }
    pair.listener.accepted.clear();
  }
}
