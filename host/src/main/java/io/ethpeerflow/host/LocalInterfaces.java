package io.ethpeerflow.host;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.List;

/** Which addresses a wildcard stands for. */
@FunctionalInterface
interface LocalInterfaces {
  /** The addresses that {@code bound} can be reached at here; itself when it is no wildcard. */
  List<Multiaddr> expand(Multiaddr bound);
}
