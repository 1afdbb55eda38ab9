package io.ethpeerflow.benchmarks.soak;

/**
 * One thing that goes wrong on purpose.
 *
 * @param kind what
 * @param afterMillis since the trouble began
 * @param maker which traffic maker does it, or suffers it
 * @param seed of whatever it has to choose
 */
record Disturbance(Kind kind, int afterMillis, int maker, long seed) {
  /** Who does it. */
  enum Actor {
    /** The conductor, to a process. */
    CONDUCTOR,
    /** The host under test. */
    SUBJECT,
    /** A traffic maker. */
    MAKER,
    /** A traffic maker and the host under test at the same time. */
    BOTH
  }

  /** What there is. */
  enum Kind {
    /** A maker is killed in mid-stream, and another one takes its place. */
    KILL(Actor.CONDUCTOR),
    /** A maker is stopped for seconds with its sockets open, then goes on. */
    FREEZE(Actor.CONDUCTOR),
    /** The host closes its listener, and opens it again on the same port. */
    RELISTEN(Actor.SUBJECT),
    /** The host drains its connections to a maker. */
    DRAIN_BY_HOST(Actor.SUBJECT),
    /** Both dial each other at once, by several addresses, and some of the dials are cancelled. */
    RACE(Actor.BOTH),
    /** Dials by addresses that refuse or say nothing, cancelled at any stage. */
    LOSING_DIALS(Actor.MAKER),
    /** More connections than one peer may have. */
    CONNECTION_FLOOD(Actor.MAKER),
    /** More streams than one peer may have. */
    STREAM_FLOOD(Actor.MAKER),
    /** More bytes than the host takes, on many streams that it does not read. */
    MEMORY_FLOOD(Actor.MAKER),
    /** A reader that takes a little at a time. */
    SLOW_READER(Actor.MAKER),
    /** A handler that reads a little at a time. */
    SLOW_HANDLER(Actor.MAKER),
    /** A writer that stops in the middle and misses the host's deadline. */
    STALLED_WRITER(Actor.MAKER),
    /** A handler that never answers, and a deadline that says so. */
    MISSED_DEADLINE(Actor.MAKER),
    /** Streams reset in the middle of a transfer. */
    RESETS(Actor.MAKER),
    /** A handler that fails. */
    FAILING_HANDLER(Actor.MAKER),
    /** A maker drains its connection while it transfers. */
    DRAIN(Actor.MAKER),
    /** Peers that were never seen before come, do a little and go without a word. */
    STRANGERS(Actor.MAKER);

    private final Actor actor;

    Kind(Actor actor) {
      this.actor = actor;
    }

    Actor actor() {
      return actor;
    }
  }
}
