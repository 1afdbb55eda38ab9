package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.host.echo.Echo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;

/** One short stream of the echo protocol: open, 32 bytes there and back, close. */
final class EchoRoundTrip implements StreamReader {
  /** Bytes each way. */
  static final int PAYLOAD_BYTES = 32;

  private static final byte[] PAYLOAD = payload();

  private final Stream stream;
  private final CompletableFuture<Void> result = new CompletableFuture<>();
  private int receivedBytes;

  private EchoRoundTrip(Stream stream) {
    this.stream = stream;
  }

  private static byte[] payload() {
    byte[] bytes = new byte[PAYLOAD_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (7 * i + 1);
    }
    return bytes;
  }

  /** Runs one; completes when the bytes are back and both sides have closed the stream. */
  static CompletableFuture<Void> on(Connection connection) {
    return connection
        .openStream(Echo.PROTOCOL)
        .thenCompose(stream -> new EchoRoundTrip(stream).run())
        .exceptionally(
            failure -> {
              throw Failures.on(Echo.PROTOCOL, failure);
            });
  }

  private CompletableFuture<Void> run() {
    stream.read(this);
    stream.request(PAYLOAD_BYTES + 1);
    stream.write(Unpooled.wrappedBuffer(PAYLOAD));
    stream.closeWrite();
    stream.closed().thenAccept(this::onClosed);
    return result;
  }

  @Override
  public void onData(ByteBuf data) {
    boolean same = data.readableBytes() <= PAYLOAD_BYTES - receivedBytes;
    while (same && data.isReadable()) {
      same = data.readByte() == PAYLOAD[receivedBytes++];
    }
    data.release();
    if (!same) {
      result.completeExceptionally(new P2pException("the echo differs from what was sent"));
      stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
    }
  }

  @Override
  public void onEnd() {
    if (receivedBytes == PAYLOAD_BYTES) {
      result.complete(null);
    } else {
      result.completeExceptionally(
          new P2pException("echo of " + receivedBytes + " bytes, " + PAYLOAD_BYTES + " were sent"));
    }
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    stream.reset(StreamErrorCode.NO_ERROR);
  }

  /** Knows more than {@link #onReset} does: whether the whole connection has ended, and why. */
  private void onClosed(StreamEnd end) {
    result.completeExceptionally(
        switch (end) {
          case StreamEnd.Finished finished -> new P2pException("the echo stream ended early");
          case StreamEnd.Reset reset -> new StreamResetException(reset.code(), reset.byRemote());
          case StreamEnd.ConnectionEnded ended ->
              new ConnectionClosedException(
                  "the connection ended: " + Failures.describe(ended.reason()),
                  ended.reason().cause());
        });
  }
}
