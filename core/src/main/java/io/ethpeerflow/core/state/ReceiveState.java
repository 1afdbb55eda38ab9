package io.ethpeerflow.core.state;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The read half of a stream, the same for every muxer. */
public enum ReceiveState {
  /** Bytes arrive and are delivered against demand. */
  OPEN,
  /** Given up by its user: what arrives is discarded. */
  STOPPED,
  /** The remote's end has arrived; bytes before it still wait for demand. */
  ENDING,
  /** The end, and every byte before it, has been taken or discarded. */
  ENDED,
  /** Ended early: by a reset of either side, or with the connection. */
  RESET;

  private static final Map<ReceiveState, Set<ReceiveState>> NEXT =
      new EnumMap<>(ReceiveState.class);

  static {
    for (ReceiveState from : values()) {
      NEXT.put(from, Collections.unmodifiableSet(edges(from)));
    }
  }

  private static EnumSet<ReceiveState> edges(ReceiveState from) {
    return switch (from) {
      case OPEN -> EnumSet.of(STOPPED, ENDING, RESET);
      case STOPPED -> EnumSet.of(ENDED, RESET);
      case ENDING -> EnumSet.of(ENDED, RESET);
      case ENDED, RESET -> EnumSet.noneOf(ReceiveState.class);
    };
  }

  /** Where it can go from here; empty for a terminal state. */
  public Set<ReceiveState> next() {
    return Objects.requireNonNull(NEXT.get(this));
  }

  /** Whether the half has ended. */
  public boolean isTerminal() {
    return this == ENDED || this == RESET;
  }

  /**
   * Moves on.
   *
   * @return {@code to}
   * @throws IllegalStateException when {@link #next()} does not contain it
   */
  public ReceiveState to(ReceiveState to) {
    if (!next().contains(to)) {
      throw new IllegalStateException("receive half cannot go from " + this + " to " + to);
    }
    return to;
  }
}
