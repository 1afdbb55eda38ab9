package io.ethpeerflow.core;

import io.ethpeerflow.core.annotation.DoNotImplement;
import io.ethpeerflow.wire.peer.PeerId;

/**
 * Decides which connections stay when there are too many: above the high water mark those with the
 * lowest tag sums are closed down to the low water mark, except protected ones and those within
 * their grace. Any thread.
 */
@DoNotImplement
public interface ConnectionManager {
  /**
   * Gives a peer a value under a name, replacing the earlier one.
   *
   * @param name at most 64 tags per peer are kept
   */
  void tag(PeerId peer, String name, int value);

  /** Takes a tag away. */
  void untag(PeerId peer, String name);

  /** The sum of a peer's tags. */
  int tagSum(PeerId peer);

  /** Keeps the connections of a peer from being trimmed, for a reason of that name. */
  void protect(PeerId peer, String reason);

  /**
   * Takes one reason back.
   *
   * @return whether the peer is still protected by another
   */
  boolean unprotect(PeerId peer, String reason);

  /** Whether any reason protects the peer. */
  boolean isProtected(PeerId peer);

  /** Trims now, without waiting for the next connection or tick. */
  void trim();
}
