package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.quic.QuicCongestionControl;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.relay.UdpLane;
import io.ethpeerflow.testkit.relay.UdpRelay;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transfers over a network that loses, delays, reorders, doubles, pauses and renames. */
class QuicNetworkTest {
  private static final int MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** A rate that follows from the path and not from each loss, of which there are many here. */
  private final QuicPair pair =
      new QuicPair(QuicConfig.DEFAULT.withPath(1350, 44, QuicCongestionControl.BBR));

  private UdpRelay relay;
  private MuxedConnection connection;

  @BeforeEach
  void connects() throws IOException {
    var server = Objects.requireNonNull(pair.listener.listen().address().socketAddress());
    relay = new UdpRelay(server, 7);
    connection = pair.dialer.dial(QuicAddresses.ofSocket(relay.address()));
  }

  @AfterEach
  void leavesNothing() {
    connection.close(ConnectionErrorCode.NO_ERROR);
    Await.until("idle", QuicPair.LIMIT, () -> pair.dialer.limits.usage().isIdle());
    pair.close();
    relay.close();
  }

  private List<UdpLane> lanes() {
    return List.of(relay.toTarget(), relay.toClient());
  }

  /** Takes everything, and knows what it was. */
  private static final class Sink implements StreamReader {
    final AtomicLong bytes = new AtomicLong();
    final CompletableFuture<Long> checksum = new CompletableFuture<>();
    private final CRC32C crc = new CRC32C();

    @Override
    public void onData(ByteBuf data) {
      crc.update(data.nioBuffer());
      bytes.addAndGet(data.readableBytes());
      data.release();
    }

    @Override
    public void onEnd() {
      checksum.complete(crc.getValue());
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      checksum.completeExceptionally(new AssertionError("reset " + code));
    }
  }

  /** Sends so many bytes that follow from a seed, as fast as it is let, then the end. */
  private static final class Source implements Runnable {
    private final RawStream stream;
    private final SplittableRandom random = new SplittableRandom(3);
    private final CRC32C crc = new CRC32C();
    private long left;

    Source(RawStream stream, long bytes) {
      this.stream = stream;
      this.left = bytes;
    }

    long checksum() {
      return crc.getValue();
    }

    @Override
    public void run() {
      while (left > 0 && stream.queuedBytes() < 200_000) {
        byte[] piece = new byte[(int) Math.min(left, 16 << 10)];
        random.nextBytes(piece);
        ByteBuf data = PooledByteBufAllocator.DEFAULT.directBuffer(piece.length);
        if (!stream.offer(data.writeBytes(piece))) {
          data.release();
          return;
        }
        crc.update(piece);
        left -= piece.length;
      }
      if (left == 0) {
        stream.closeWrite();
      } else {
        stream.maxQueuedBytes(100_000);
        stream.onWritable(
            () -> {
              stream.maxQueuedBytes(256 << 10);
              run();
            });
      }
    }
  }

  private void transfer(long bytes, Runnable meanwhile) {
    RawStream stream = QuicPair.open(connection);
    var source = new Source(stream, bytes);
    var sink = new Sink();
    QuicPair.run(connection, source);
    Await.until("arrived", QuicPair.LIMIT, () -> pair.listener.streams.size() == 1);
    RawStream accepted = pair.listener.streams.get(0);
    QuicPair.run(
        accepted.connection(),
        () -> {
          accepted.reader(sink);
          accepted.request(Long.MAX_VALUE);
        });
    Await.until("begun", PATIENCE, () -> sink.bytes.get() > bytes / 10);
    meanwhile.run();
    long arrived = Await.done(PATIENCE, sink.checksum);
    assertThat(sink.bytes).hasValue(bytes);
    assertThat(arrived).isEqualTo(QuicPair.ask(connection, source::checksum));
  }

  @Test
  void aTransferSurvivesLossDelayReorderingDoublingAnOutageAndAnotherAddress() {
    lanes()
        .forEach(
            lane ->
                lane.drop(0.05)
                    .delay(Duration.ofMillis(50))
                    .reorder(0.02, Duration.ofMillis(20))
                    .duplicate(0.01));
    transfer(
        64L * MIB,
        () -> {
          lanes().forEach(lane -> lane.drop(1));
          pause(Duration.ofSeconds(10));
          lanes().forEach(lane -> lane.drop(0.05));
          rebind();
        });
  }

  @Test
  void aClientWhoseAddressChangesKeepsItsConnection() {
    transfer(16L * MIB, this::rebind);
    assertThat(connection.closed()).isNotDone();
    assertThat(pair.listener.accepted).hasSize(1);
  }

  private void rebind() {
    try {
      relay.rebind(InetAddress.getByName("127.0.0.2"));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private void pause(Duration time) {
    var over = new CompletableFuture<Void>();
    connection.loop().schedule(time.toNanos(), () -> over.complete(null));
    Await.done(PATIENCE, over);
  }
}
