package io.ethpeerflow.gossipsub.router;

/** What counts for P7. */
public enum Breach {
  /** A GRAFT during the backoff. */
  GRAFT_IN_BACKOFF,
  /** A message that was announced and asked for did not come. */
  BROKEN_PROMISE,
  /** Extensions were announced again, or too late. */
  LATE_EXTENSIONS,
  /** More messages had to be dropped than a peer should make wait. */
  TOO_SLOW
}
