package io.ethpeerflow.core.state;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The write half of a stream, the same for every muxer. */
public enum SendState {
  /** Bytes can be queued. */
  OPEN,
  /** Closed by its user; what was queued, and the end itself, have yet to be written. */
  CLOSING,
  /** All bytes and the end are written. */
  CLOSED,
  /** Ended early: by a reset of either side, or with the connection. */
  RESET;

  private static final Map<SendState, Set<SendState>> NEXT = new EnumMap<>(SendState.class);

  static {
    for (SendState from : values()) {
      NEXT.put(from, Collections.unmodifiableSet(edges(from)));
    }
  }

  private static EnumSet<SendState> edges(SendState from) {
    return switch (from) {
      case OPEN -> EnumSet.of(CLOSING, RESET);
      case CLOSING -> EnumSet.of(CLOSED, RESET);
      case CLOSED, RESET -> EnumSet.noneOf(SendState.class);
    };
  }

  /** Where it can go from here; empty for a terminal state. */
  public Set<SendState> next() {
    return Objects.requireNonNull(NEXT.get(this));
  }

  /** Whether the half has ended. */
  public boolean isTerminal() {
    return this == CLOSED || this == RESET;
  }

  /**
   * Moves on.
   *
   * @return {@code to}
   * @throws IllegalStateException when {@link #next()} does not contain it
   */
  public SendState to(SendState to) {
    if (!next().contains(to)) {
      throw new IllegalStateException("send half cannot go from " + this + " to " + to);
    }
    return to;
  }
}
