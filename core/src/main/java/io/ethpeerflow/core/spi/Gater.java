package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import org.jspecify.annotations.Nullable;

/** Refuses connections by peer or address. Called from any thread; must not block. */
public interface Gater {
  /** Lets everything through. */
  Gater ALLOW_ALL = new Gater() {};

  /** Before an address is dialed. */
  default boolean allowDial(@Nullable PeerId peer, Multiaddr address) {
    return true;
  }

  /** When a connection was accepted, before any byte is read. */
  default boolean allowAccept(Multiaddr localAddress, Multiaddr remoteAddress) {
    return true;
  }

  /** When the remote has proved its identity. */
  default boolean allowSecured(Direction direction, PeerId peer, Multiaddr remoteAddress) {
    return true;
  }
}
