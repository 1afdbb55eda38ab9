package io.ethpeerflow.core;

import io.ethpeerflow.core.annotation.DoNotImplement;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A stream of messages, each prefixed with its length as an unsigned varint. Any thread. */
@DoNotImplement
public interface MessageStream {
  /** The stream underneath. */
  Stream stream();

  /**
   * The next message, or null at the end of the stream. One call may be pending at a time.
   *
   * @return gives the message; fails with {@code StreamResetException}, or with {@code
   *     ResourceLimitException} when a message is longer than allowed
   */
  CompletableFuture<@Nullable ByteBuf> receive();

  /**
   * Sends one message.
   *
   * @param message consumes, also on failure
   * @return as {@link Stream#write}; fails with {@code IllegalArgumentException} when the message
   *     is longer than allowed
   */
  CompletableFuture<Void> send(ByteBuf message);
}
