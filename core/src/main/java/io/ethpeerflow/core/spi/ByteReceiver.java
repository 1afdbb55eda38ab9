package io.ethpeerflow.core.spi;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes what a {@link ByteLink} receives. Called on the link's loop. */
public interface ByteReceiver {
  /**
   * Bytes in order, cut anywhere.
   *
   * @param data consumes; at least one readable byte
   */
  void onData(ByteBuf data);

  /** The bytes that were at hand in this turn have been delivered: a good time to flush answers. */
  default void onReadComplete() {}

  /**
   * The link has ended in both directions; nothing follows. Called exactly once, also when this
   * side closed or aborted it, and then not from within that call.
   *
   * @param cause null when either side ended it in order, otherwise what failed
   */
  void onClosed(@Nullable Throwable cause);
}
