package io.ethpeerflow.yamux.session;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.netty.buffer.ByteBuf;

/**
 * What one stream tells its user. Called from {@link Session#onInput} and {@link Session#onTurn}
 * only, never from within a call of the user; every method of the stream and of the session may be
 * called back from here. Must not throw.
 */
public interface StreamEvents {
  /** Bytes against demand; consumes, at least one readable byte. */
  void onData(ByteBuf data);

  /** The read half has ended in order. */
  void onEnd();

  /** The read half has ended early. */
  void onReset(StreamErrorCode code, boolean byRemote);

  /** Asked for by {@link SessionStream#watchWritable}: there is room again, or the half ended. */
  void onWritable();

  /** Asked for by {@link SessionStream#watchFlush}: more was flushed, or the half ended. */
  void onFlushed();

  /** Both halves have ended; the last call but for a late reader's end or reset. */
  void onEnded(StreamEnd end);
}
