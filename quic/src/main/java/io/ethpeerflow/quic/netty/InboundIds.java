package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.annotation.OwnedBy;
import java.util.HashSet;
import java.util.Set;

/**
 * Which bidirectional streams of a remote have been seen. They are numbered in steps of four and
 * may show in any order, so it is enough to know the highest, and which below it have not been
 * seen: no more than may be open.
 */
@OwnedBy("connection loop")
final class InboundIds {
  private static final int STEP = 4;

  private final int initiatorBit;
  private final Set<Long> skipped = new HashSet<>(4);
  private long next;

  /**
   * Of a connection.
   *
   * @param dialed whether this side dialed it: the remote's ids are then odd
   */
  InboundIds(boolean dialed) {
    initiatorBit = dialed ? 1 : 0;
    next = initiatorBit;
  }

  /** Whether a stream is the remote's and seen for the first time. */
  boolean isNew(long id) {
    if ((id & (STEP - 1)) != initiatorBit) {
      return false;
    }
    if (id < next) {
      return skipped.remove(id);
    }
    for (long unseen = next; unseen < id; unseen += STEP) {
      skipped.add(unseen);
    }
    next = id + STEP;
    return true;
  }
}
