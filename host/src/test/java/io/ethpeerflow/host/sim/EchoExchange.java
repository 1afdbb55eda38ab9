package io.ethpeerflow.host.sim;

import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.core.suite.Pattern;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Sends a pattern in pieces under back-pressure, and checks that it comes back whole. */
final class EchoExchange implements StreamReader {
  private static final int PIECE_BYTES = 4000;
  private static final long DEMAND_BYTES = 16 << 10;

  private final Stream stream;
  private final Pattern pattern;
  private final int bytes;
  private final CompletableFuture<Void> result = new CompletableFuture<>();
  private int sent;
  private int received;

  EchoExchange(Stream stream, int number, int bytes) {
    this.stream = stream;
    this.pattern = new Pattern(number);
    this.bytes = bytes;
  }

  /** Begins; completes when everything came back and then the end. */
  CompletableFuture<Void> start() {
    stream.readDeadline(Duration.ofSeconds(30));
    stream.read(this);
    stream.request(DEMAND_BYTES);
    send();
    return result;
  }

  private void send() {
    while (sent < bytes) {
      int piece = Math.min(PIECE_BYTES, bytes - sent);
      ByteBuf data = pattern.buffer(ByteBufAllocator.DEFAULT, sent, piece);
      if (!stream.offer(data)) {
        data.release();
        if (!result.isDone()) {
          stream.onWritable(this::send);
        }
        return;
      }
      sent += piece;
    }
    stream.closeWrite();
  }

  @Override
  public void onData(ByteBuf data) {
    int arrived = data.readableBytes();
    int wrong = pattern.mismatch(received, data);
    data.release();
    received += arrived;
    if (wrong >= 0 || received > bytes) {
      result.completeExceptionally(new AssertionError("echo differs before byte " + received));
      stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
    } else {
      stream.request(arrived);
    }
  }

  @Override
  public void onEnd() {
    if (received == bytes) {
      result.complete(null);
    } else {
      result.completeExceptionally(
          new P2pException("the echo ended after " + received + " of " + bytes + " bytes"));
    }
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    result.completeExceptionally(new StreamResetException(code, byRemote));
  }
}
