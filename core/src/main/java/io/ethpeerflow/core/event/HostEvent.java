package io.ethpeerflow.core.event;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Something that happened at a host. */
public interface HostEvent {
  /** A connection was opened. */
  record ConnectionOpened(Connection connection) implements HostEvent {}

  /** A connection has ended. */
  record ConnectionClosed(Connection connection, CloseReason reason) implements HostEvent {}

  /** The first connection to a peer was opened. */
  record PeerConnected(PeerId peer) implements HostEvent {}

  /** The last connection to a peer has ended. */
  record PeerDisconnected(PeerId peer) implements HostEvent {}

  /**
   * Identify has finished on a connection.
   *
   * @param observedAddress how the remote sees us; null when it did not say
   */
  record PeerIdentified(
      Connection connection,
      String agentVersion,
      String protocolVersion,
      Set<ProtocolId> protocols,
      List<Multiaddr> listenAddresses,
      @Nullable Multiaddr observedAddress)
      implements HostEvent {}

  /** Identify has failed on a connection, which stays open. */
  record IdentifyFailed(Connection connection, Throwable cause) implements HostEvent {}

  /** A peer's protocols changed by identify or push. */
  record PeerProtocolsChanged(PeerId peer, Set<ProtocolId> added, Set<ProtocolId> removed)
      implements HostEvent {}

  /** The protocols served here changed. */
  record LocalProtocolsChanged(Set<ProtocolId> protocols) implements HostEvent {}

  /** The addresses we listen on changed. */
  record ListenAddressesChanged(List<Multiaddr> addresses) implements HostEvent {}
}
