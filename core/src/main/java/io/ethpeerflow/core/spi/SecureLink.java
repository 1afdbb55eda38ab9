package io.ethpeerflow.core.spi;

import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated, encrypted link. {@link #write} may pack small writes into one record.
 *
 * <p>{@link #writeFrame} is the hot path: the record layer seals straight from the caller's buffers
 * into the record that will be sent, so that header, payload and tag share one buffer and nothing
 * is retained or queued per frame.
 */
public interface SecureLink extends ByteLink {
  /** The security protocol, for example {@code /noise}. */
  ProtocolId security();

  /** The identity that the remote proved. */
  PublicKey remoteKey();

  /** The muxer that the handshake agreed on, or null when it has to be negotiated. */
  @Nullable ProtocolId earlyMuxer();

  /** The plaintext that one record holds: a frame of this size costs one record. */
  int maxRecordBytes();

  /**
   * Writes a frame in its two parts. Both are read during the call and not kept.
   *
   * @param head borrows; all its readable bytes are written, its indices do not change
   * @param body borrows; its reader index moves on by {@code bodyBytes}
   * @param bodyBytes 0 to the body's readable bytes
   */
  void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes);
}
