package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.host.echo.Echo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;

/**
 * One short stream of the echo protocol: open, 32 bytes there and back, close. As in the programs
 * of the other implementations the write side is closed once the answer is there, and the trip ends
 * then, without waiting for the remote's close.
 */
public final class EchoTrip implements StreamReader {
  private static final int PAYLOAD_BYTES = 32;
  private static final byte[] PAYLOAD = payload();

  private final Stream stream;
  private final CompletableFuture<Void> result = new CompletableFuture<>();
  private int receivedBytes;

  private EchoTrip(Stream stream) {
    this.stream = stream;
  }

  private static byte[] payload() {
    byte[] bytes = new byte[PAYLOAD_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (11 * i + 3);
    }
    return bytes;
  }

  /** One trip; fails unless the same bytes come back. */
  public static CompletableFuture<Void> on(Connection connection) {
    return connection.openStream(Echo.PROTOCOL).thenCompose(stream -> new EchoTrip(stream).run());
  }

  private CompletableFuture<Void> run() {
    stream.read(this);
    stream.readDeadline(PeerHost.LIMIT);
    stream.request(PAYLOAD_BYTES);
    stream.closed().thenAccept(this::onClosed);
    stream.write(Unpooled.wrappedBuffer(PAYLOAD));
    return result;
  }

  @Override
  public void onData(ByteBuf data) {
    boolean same = true;
    while (same && data.isReadable()) {
      same = data.readByte() == PAYLOAD[receivedBytes++];
    }
    data.release();
    if (!same) {
      result.completeExceptionally(new P2pException("the echo differs from what was sent"));
      stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
    } else if (receivedBytes == PAYLOAD_BYTES) {
      stream.closeWrite();
      result.complete(null);
    }
  }

  @Override
  public void onEnd() {
    if (!result.isDone()) {
      result.completeExceptionally(
          new P2pException("echo of " + receivedBytes + " bytes, " + PAYLOAD_BYTES + " were sent"));
    }
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    result.completeExceptionally(new StreamResetException(code, byRemote));
  }

  private void onClosed(StreamEnd end) {
    if (!result.isDone()) {
      result.completeExceptionally(new P2pException("the echo stream ended early: " + end));
    }
  }
}
