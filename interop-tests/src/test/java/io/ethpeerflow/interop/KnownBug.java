package io.ethpeerflow.interop;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.Implementation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fault or a gap of another implementation that rules a scenario out. {@link #TABLE} is the only
 * place where scenarios are left out; {@code docs/interop.md} prints it.
 *
 * @param implementation whose it is
 * @param scenario what cannot be run
 * @param direction in which direction; null for both
 * @param stack over which stack; null for any
 * @param bug what the implementation does
 * @param link where its maintainers speak of it; null where nothing was found
 */
record KnownBug(
    Implementation implementation,
    String scenario,
    @Nullable Direction direction,
    @Nullable Stack stack,
    String bug,
    @Nullable String link) {
  private static final String JS_ECDSA = "https://github.com/libp2p/js-libp2p/pull/3059";

  private static final String PY_QUIC_STREAMS =
      "takes 128 QUIC streams, and no more for as long as all of these are open";

  /** All that are known. */
  static final List<KnownBug> TABLE =
      List.of(
          new KnownBug(
              Implementation.JS,
              "their key ecdsa",
              null,
              null,
              "makes no peer id from an ECDSA key, though it can make the key",
              JS_ECDSA),
          new KnownBug(
              Implementation.JS,
              "our key ecdsa",
              null,
              null,
              "reads no ECDSA key of a remote",
              JS_ECDSA),
          new KnownBug(
              Implementation.PY,
              "our key ecdsa",
              null,
              null,
              "reads no ECDSA key of a remote",
              null),
          new KnownBug(
              Implementation.PY,
              "their key ecdsa",
              null,
              null,
              "cannot put an ECDSA key into its protobuf form (NotImplementedError)",
              null),
          new KnownBug(
              Implementation.RUST,
              "reset",
              Direction.OUTBOUND,
              Stack.QUIC_V1,
              "resets no stream over QUIC: one that is dropped ends in order",
              null),
          new KnownBug(
              Implementation.JS,
              "reset",
              Direction.INBOUND,
              Stack.QUIC_V1,
              "takes the reset of a QUIC stream for its end",
              null),
          new KnownBug(
              Implementation.JS,
              "slow reader",
              Direction.OUTBOUND,
              Stack.QUIC_V1,
              "goes on reading a QUIC stream that is paused, and resets it when its buffer is full",
              null),
          new KnownBug(
              Implementation.PY,
              "slow reader",
              Direction.OUTBOUND,
              Stack.QUIC_V1,
              "grants credit on a QUIC stream for what nobody has read",
              null),
          new KnownBug(
              Implementation.PY,
              "200 streams at once",
              Direction.OUTBOUND,
              Stack.QUIC_V1,
              PY_QUIC_STREAMS,
              null),
          new KnownBug(
              Implementation.PY,
              "200 streams held",
              Direction.OUTBOUND,
              Stack.QUIC_V1,
              PY_QUIC_STREAMS,
              null));

  /** What rules a scenario out. */
  static Optional<KnownBug> of(
      String scenario, Implementation implementation, Direction direction, Stack stack) {
    return TABLE.stream()
        .filter(
            bug ->
                bug.implementation == implementation
                    && scenario.equals(bug.scenario)
                    && (bug.direction == null || bug.direction == direction)
                    && (bug.stack == null || bug.stack == stack))
        .findFirst();
  }
}
