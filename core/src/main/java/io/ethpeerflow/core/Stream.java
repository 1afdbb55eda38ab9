package io.ethpeerflow.core;

import io.ethpeerflow.core.annotation.DoNotImplement;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A bidirectional, ordered, flow-controlled stream of bytes within a connection.
 *
 * <p>Its two halves end independently. All methods may be called from any thread; callbacks and
 * completions run on the connection's loop. Calls from that loop never allocate for hand-over.
 * Exactly one of {@link #read}, {@link #messages} and {@link #blocking} may be used, once.
 *
 * <p>Back-pressure is end to end: bytes are delivered only against {@link #request demand}, the
 * remote's window is credited only for what was delivered, and {@link #offer} refuses once {@link
 * StreamOptions#maxQueuedBytes} wait to be sent.
 */
@DoNotImplement
public interface Stream {
  /** The connection it belongs to for life. */
  Connection connection();

  /** The protocol that both sides agreed on, or that is proposed lazily and not yet refused. */
  ProtocolId protocol();

  /** Who opened it. */
  Direction direction();

  /**
   * Installs the reader, once. Nothing but end and reset is delivered before {@link #request}.
   *
   * @throws IllegalStateException when the read side is already in use
   */
  void read(StreamReader reader);

  /**
   * Adds to the demand, which starts at 0 and saturates at {@link Long#MAX_VALUE}.
   *
   * @param bytes at least 1
   */
  void request(long bytes);

  /**
   * Queues bytes for sending unless the queue is full or the write side has ended.
   *
   * @param data consumes when the result is true; otherwise it stays with the caller
   * @return whether it was taken; after false, wait for {@link #onWritable}, or for {@link
   *     #closed()} when the write side has ended
   */
  boolean offer(ByteBuf data);

  /**
   * Runs {@code resume} once, on the connection's loop, when {@link #offer} would take data again,
   * or when the write side has ended; after that, nothing is run any more. A later call replaces an
   * earlier one that has not run.
   */
  void onWritable(Runnable resume);

  /**
   * Queues bytes and says when flow control took them. For callers that wait for each result: a
   * write beyond {@link StreamOptions#maxQueuedBytes} that does not wait fails.
   *
   * @param data consumes, also on failure
   * @return fails with {@code StreamResetException} when the write side ended, with {@code
   *     ResourceLimitException} when the queue is full
   */
  CompletableFuture<Void> write(ByteBuf data);

  /** Completes when everything queued before has been handed to the connection's socket. */
  CompletableFuture<Void> flush();

  /**
   * Closes the write side after what is queued; reading goes on. Completes when the close was
   * handed to the socket. Never waits for the remote, nor for a lazy negotiation.
   */
  CompletableFuture<Void> closeWrite();

  /**
   * Gives up the read side only: what still arrives is discarded. Where the muxer cannot tell the
   * remote (Yamux), up to a bound is discarded and credited, then the stream is reset.
   */
  void stopReading(StreamErrorCode code);

  /** Gives up the write side only, where the muxer can; on Yamux the same as {@link #reset}. */
  void resetWrite(StreamErrorCode code);

  /** Ends both halves at once and tells the remote; queued bytes are dropped. */
  void reset(StreamErrorCode code);

  /**
   * Resets the stream when no byte, end or reset arrives while demand is open for this long. Zero
   * removes the deadline.
   */
  void readDeadline(Duration fromNow);

  /**
   * Resets the stream when queued bytes make no progress for this long. Zero removes the deadline.
   */
  void writeDeadline(Duration fromNow);

  /** Completes, never exceptionally, when both halves have ended. */
  CompletableFuture<StreamEnd> closed();

  /**
   * The stream as varint-prefixed messages.
   *
   * @param maxMessageBytes bound of one message, both ways; a longer one resets the stream before
   *     anything is allocated for it
   */
  MessageStream messages(int maxMessageBytes);

  /** The stream as a pair of blocking {@code java.io} streams. */
  BlockingStream blocking();
}
