package io.ethpeerflow.core;

/** How a stream ended, once both of its halves had. */
public sealed interface StreamEnd {
  /** Both halves were closed in order. */
  record Finished() implements StreamEnd {}

  /**
   * A half was reset.
   *
   * @param code the reason; {@link StreamErrorCode#NO_ERROR} when none was carried
   * @param byRemote whether the remote reset it first
   */
  record Reset(StreamErrorCode code, boolean byRemote) implements StreamEnd {}

  /**
   * The connection ended first.
   *
   * @param reason how
   */
  record ConnectionEnded(CloseReason reason) implements StreamEnd {}
}
