package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.testkit.await.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/** Bytes from one end of a pair to the other, which must arrive as they were. */
final class Transfer {
  static final Duration PATIENCE = Duration.ofMinutes(4);

  private Transfer() {}

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

  /**
   * From the dialer on a new stream, which is the listener's first; {@code meanwhile} runs once it
   * flows.
   */
  static void run(QuicPair pair, MuxedConnection connection, long bytes, Runnable meanwhile) {
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
}
