package io.ethpeerflow.host.perf;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.StreamResetException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The client of perf: one upload, then one download, on a stream of its own. Any thread. */
public final class PerfClient {
  private final LongSupplier nanoClock;
  private final AtomicLong progressBytes = new AtomicLong();

  /**
   * A client.
   *
   * @param nanoClock a monotonic clock
   */
  public PerfClient(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * What was measured on one stream.
   *
   * @param uploadBytes bytes that the remote has read
   * @param uploadNanos from the first byte sent to the first byte, or the end, that came back
   * @param downloadBytes bytes that came back
   * @param downloadNanos from there to the last byte
   */
  public record Result(
      long uploadBytes, long uploadNanos, long downloadBytes, long downloadNanos) {}

  /** Bytes moved so far by all transfers of this client, for a progress bar. */
  public long progressBytes() {
    return progressBytes.get();
  }

  /** Transfers fixed amounts. */
  public CompletableFuture<Result> transfer(
      Connection connection, long uploadBytes, long downloadBytes) {
    return start(connection, uploadBytes, downloadBytes, Long.MAX_VALUE);
  }

  /** Uploads for a time, then waits until the remote has read all. */
  public CompletableFuture<Result> upload(Connection connection, Duration time) {
    return start(connection, Long.MAX_VALUE, 0, time.toNanos());
  }

  /** Downloads for a time, then gives the stream up. */
  public CompletableFuture<Result> download(Connection connection, Duration time) {
    return start(connection, 0, Long.MAX_VALUE, time.toNanos());
  }

  private CompletableFuture<Result> start(
      Connection connection, long uploadBytes, long downloadBytes, long limitNanos) {
    return connection
        .openStream(Perf.PROTOCOL)
        .thenCompose(stream -> new Transfer(stream, uploadBytes, downloadBytes, limitNanos).run());
  }

  private final class Transfer implements StreamReader {
    private final Stream stream;
    private final long expectedBytes;
    private final long limitNanos;
    private final ZeroSource source;
    private final long startNanos;
    private final CompletableFuture<Result> result = new CompletableFuture<>();

    @OwnedBy("connection loop")
    private long receivedBytes;

    @OwnedBy("connection loop")
    private long uploadNanos = -1;

    @OwnedBy("connection loop")
    private long credit;

    Transfer(Stream stream, long uploadBytes, long downloadBytes, long limitNanos) {
      this.stream = stream;
      this.expectedBytes = downloadBytes;
      this.limitNanos = limitNanos;
      this.startNanos = nanoClock.getAsLong();
      this.source = new ZeroSource(stream, uploadBytes, this::isTimeOver, progressBytes::addAndGet);
    }

    CompletableFuture<Result> run() {
      stream.read(this);
      stream.request(Perf.WINDOW_BYTES);
      stream.closed().thenAccept(this::onClosed);
      stream.offer(Unpooled.buffer(Long.BYTES).writeLong(expectedBytes));
      stream.onWritable(source);
      return result;
    }

    private boolean isTimeOver() {
      return limitNanos != Long.MAX_VALUE && nanoClock.getAsLong() - startNanos >= limitNanos;
    }

    @Override
    public void onData(ByteBuf data) {
      int bytes = data.readableBytes();
      data.release();
      noteUploadDone();
      receivedBytes += bytes;
      progressBytes.addAndGet(bytes);
      credit += bytes;
      if (credit >= Perf.WINDOW_BYTES / 2) {
        stream.request(credit);
        credit = 0;
      }
      if (expectedBytes == Long.MAX_VALUE && isTimeOver()) {
        finish();
        stream.reset(StreamErrorCode.NO_ERROR);
      } else if (receivedBytes > expectedBytes) {
        failOnCount();
        stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
      }
    }

    private void noteUploadDone() {
      if (uploadNanos < 0) {
        uploadNanos = nanoClock.getAsLong() - startNanos;
      }
    }

    @Override
    public void onEnd() {
      noteUploadDone();
      if (receivedBytes < expectedBytes) {
        failOnCount();
      } else {
        finish();
      }
    }

    private void failOnCount() {
      result.completeExceptionally(
          new P2pException(
              "perf: " + receivedBytes + " bytes came back, " + expectedBytes + " were asked for"));
    }

    private void finish() {
      long totalNanos = nanoClock.getAsLong() - startNanos;
      result.complete(
          new Result(source.writtenBytes(), uploadNanos, receivedBytes, totalNanos - uploadNanos));
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      result.completeExceptionally(new StreamResetException(code, byRemote));
    }

    private void onClosed(StreamEnd end) {
      if (!result.isDone()) {
        result.completeExceptionally(new P2pException("perf stream ended early: " + end));
      }
    }
  }
}
