package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.Comparator;

/**
 * Which of several connections to the same peer carries new streams, best first. Pure, and the same
 * on both sides: an unlimited one before a limited one, then the one dialed by the peer with the
 * lower id, so that after a simultaneous dial both sides settle on the same connection; between two
 * of the same direction the one that comes first in the list, which is the older.
 */
public final class ConnectionOrder implements Comparator<Connection> {
  private final PeerId local;

  /** The order as the host with this id sees it. */
  public ConnectionOrder(PeerId local) {
    this.local = local;
  }

  @Override
  public int compare(Connection a, Connection b) {
    int limited = Boolean.compare(a.isLimited(), b.isLimited());
    return limited != 0 ? limited : dialer(a).compareTo(dialer(b));
  }

  /** Whether {@code worse} is the surplus half of a simultaneous dial that {@code better} won. */
  public boolean isSupplantedBy(Connection worse, Connection better) {
    return worse.direction() != better.direction() && compare(better, worse) < 0;
  }

  private PeerId dialer(Connection connection) {
    return connection.direction() == Direction.OUTBOUND ? local : connection.remotePeer();
  }
}
