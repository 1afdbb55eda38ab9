package io.ethpeerflow.noise.record;

import io.netty.buffer.ByteBuf;

/** Takes what records held. */
interface PlaintextSink {
  /**
   * Bytes in order.
   *
   * @param plaintext consumes; at least one readable byte
   */
  void onPlaintext(ByteBuf plaintext);
}
