package io.ethpeerflow.core;

import io.netty.buffer.ByteBuf;

/** What a stream hands to its reader. Called on the connection's loop. */
public interface StreamReader {
  /**
   * Bytes arrived, never more than the demand that is open.
   *
   * @param data consumes; at least one readable byte
   */
  void onData(ByteBuf data);

  /** The remote closed its write side; all its bytes were delivered before. Needs no demand. */
  void onEnd();

  /**
   * The read side ended early. Needs no demand; undelivered bytes are dropped.
   *
   * @param code the reason, {@link StreamErrorCode#NO_ERROR} when none was carried
   * @param byRemote whether the remote reset it, or this side or the connection did
   */
  void onReset(StreamErrorCode code, boolean byRemote);
}
