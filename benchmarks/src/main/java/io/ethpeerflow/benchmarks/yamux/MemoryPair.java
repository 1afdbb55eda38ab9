package io.ethpeerflow.benchmarks.yamux;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.yamux.Yamux;

/** A client and a server on one thread over a link that only copies. */
final class MemoryPair {
  private static final Multiaddr ADDRESS = Multiaddr.of("/ip4/127.0.0.1/tcp/4001");

  final PlainLink.TurnLoop loop = new PlainLink.TurnLoop();
  final MuxedConnection client;
  final MuxedConnection server;

  MemoryPair() {
    var left = new PlainLink(loop);
    var right = new PlainLink(loop);
    left.connect(right);
    server = connection(right, Role.RESPONDER);
    client = connection(left, Role.INITIATOR);
  }

  /** Runs until both sides are quiet. */
  void settle() {
    while (loop.turn()) {
      // a turn may cause others
    }
  }

  private static MuxedConnection connection(PlainLink link, Role role) {
    Direction direction = role == Role.INITIATOR ? Direction.OUTBOUND : Direction.INBOUND;
    var context =
        new MuxerContext(
            role, direction, "memory", ADDRESS, ADDRESS, new FreeScope(), Metrics.NONE);
    return new Yamux().attach(link, context);
  }
}
