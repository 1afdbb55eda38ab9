package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.limits.StreamScope;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;

/**
 * A stream of a {@link MuxedConnection}, before its protocol is negotiated. All methods must be
 * called on the connection's loop, where callbacks and completions run. The contract of {@link
 * io.ethpeerflow.core.Stream} holds for demand, back-pressure, half close and reset.
 *
 * <p>What was offered leaves at the end of the loop's turn without an explicit flush.
 */
public interface RawStream {
  /** The connection it belongs to. */
  MuxedConnection connection();

  /** Its number within the connection. */
  long id();

  /** Who opened it. */
  Direction direction();

  /** What it is charged to; released by the muxer when both halves have ended. */
  StreamScope scope();

  /**
   * Installs or replaces the reader. An end or a reset that came before is delivered to it at the
   * end of the turn, data only against demand. Never called back from within this call.
   */
  void reader(StreamReader reader);

  /** Adds to the demand, which starts at 0 and saturates. Never calls the reader back directly. */
  void request(long bytes);

  /** Demand that has not been used up. */
  long demand();

  /**
   * Queues bytes while less than the maximum waits and the write side is open.
   *
   * @param data consumes when true, stays with the caller when false
   */
  boolean offer(ByteBuf data);

  /** Bytes that wait for credit or for the link. */
  long queuedBytes();

  /** Sets how many queued bytes make {@link #offer} refuse; 256 KiB at first. */
  void maxQueuedBytes(int bytes);

  /**
   * Runs once, at the end of a turn, when {@link #offer} would take data again or the write side
   * has ended; replaces an earlier one that has not run.
   */
  void onWritable(Runnable resume);

  /** Completes when what was queued before has been written to the link and flushed. */
  CompletableFuture<Void> flush();

  /** Closes the write side after what is queued. Idempotent; nothing after a reset. */
  void closeWrite();

  /** As {@link io.ethpeerflow.core.Stream#stopReading}. */
  void stopReading(StreamErrorCode code);

  /** As {@link io.ethpeerflow.core.Stream#resetWrite}. */
  void resetWrite(StreamErrorCode code);

  /** Ends both halves at once; queued bytes are dropped. Idempotent. */
  void reset(StreamErrorCode code);

  /** Whether bytes can still be offered, now or later. */
  boolean writeOpen();

  /** Completes when both halves have ended, never exceptionally. */
  CompletableFuture<StreamEnd> closed();
}
