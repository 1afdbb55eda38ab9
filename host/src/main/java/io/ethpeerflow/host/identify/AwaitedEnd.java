package io.ethpeerflow.host.identify;

import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The end of a remote's half that carries nothing. It is waited for: a remote that is told at once
 * to stop sending may give up the whole stream, with what it has not read of ours.
 */
@OwnedBy("connection loop")
final class AwaitedEnd implements StreamReader {
  private final Stream stream;
  private final Duration timeout;
  private final CompletableFuture<StreamErrorCode> reset = new CompletableFuture<>();

  /**
   * An end.
   *
   * @param timeout how long the remote may take; then the stream is reset
   */
  AwaitedEnd(Stream stream, Duration timeout) {
    this.stream = stream;
    this.timeout = timeout;
  }

  /**
   * Waits.
   *
   * @return the code with which the remote reset the stream, {@link StreamErrorCode#NO_ERROR} for
   *     any other end; never fails
   */
  CompletableFuture<StreamErrorCode> begin() {
    stream.readDeadline(timeout);
    stream.read(this);
    stream.request(1);
    return reset;
  }

  @Override
  public void onData(ByteBuf data) {
    data.release();
    stream.stopReading(StreamErrorCode.NO_ERROR);
    reset.complete(StreamErrorCode.NO_ERROR);
  }

  @Override
  public void onEnd() {
    reset.complete(StreamErrorCode.NO_ERROR);
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    reset.complete(byRemote ? code : StreamErrorCode.NO_ERROR);
  }
}
