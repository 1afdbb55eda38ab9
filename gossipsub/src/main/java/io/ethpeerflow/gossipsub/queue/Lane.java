package io.ethpeerflow.gossipsub.queue;

/** The parts of an {@link OutboundQueue}, in the order in which they are sent. */
public enum Lane {
  /** Extensions, subscriptions, GRAFT and PRUNE. Never dropped. */
  CONTROL,
  /** IDONTWANT. Never dropped, and counted with the control messages. */
  IDONTWANT,
  /** Messages that we publish. Never dropped. */
  OWN,
  /** Messages of others, and partial messages. Dropped for {@link #CONTROL} to {@link #OWN}. */
  FORWARDED,
  /** Messages that the peer asked for. Dropped for all before them and for newer ones. */
  ANSWERS,
  /** IHAVE and IWANT. Dropped first. */
  GOSSIP;

  boolean holdsMessages() {
    return this == OWN || this == FORWARDED || this == ANSWERS;
  }

  boolean holdsControl() {
    return this == CONTROL || this == IDONTWANT;
  }

  /** Whether the oldest of this lane goes when there is no room for something new in another. */
  boolean yieldsTo(Lane newcomer) {
    return switch (this) {
      case CONTROL, IDONTWANT, OWN -> false;
      case FORWARDED -> newcomer.compareTo(OWN) <= 0;
      case ANSWERS -> newcomer != GOSSIP;
      case GOSSIP -> true;
    };
  }
}
