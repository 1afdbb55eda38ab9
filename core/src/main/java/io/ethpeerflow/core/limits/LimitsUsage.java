package io.ethpeerflow.core.limits;

import java.util.List;

/**
 * What every scope had in use at one moment. The scopes are read one after the other while others
 * work, so their sums may be off by what was on the way.
 *
 * @param system everything together
 * @param transients what has no peer or protocol yet
 * @param peers one per connected peer
 * @param protocols one per protocol with an open stream
 * @param protocolPeers one per protocol and peer with an open stream
 * @param connections one per open connection, its streams summed up
 */
public record LimitsUsage(
    ScopeUsage system,
    ScopeUsage transients,
    List<ScopeUsage> peers,
    List<ScopeUsage> protocols,
    List<ScopeUsage> protocolPeers,
    List<ScopeUsage> connections) {

  /** Copies the lists. */
  public LimitsUsage {
    peers = List.copyOf(peers);
    protocols = List.copyOf(protocols);
    protocolPeers = List.copyOf(protocolPeers);
    connections = List.copyOf(connections);
  }

  /** Whether nothing is in use and no scope is left but the two permanent ones. */
  public boolean isIdle() {
    return system.isIdle()
        && transients.isIdle()
        && peers.isEmpty()
        && protocols.isEmpty()
        && protocolPeers.isEmpty()
        && connections.isEmpty();
  }
}
