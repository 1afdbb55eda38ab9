package io.ethpeerflow.host.peerstore;

/**
 * What is remembered of other peers.
 *
 * @param maxPeers peers remembered; the one that was used longest ago is forgotten first; default
 *     10,000
 * @param maxAddressesPerPeer addresses kept of one peer; default 64
 * @param maxProtocolsPerPeer protocols kept of one peer; default 1,024
 */
public record PeerstoreConfig(int maxPeers, int maxAddressesPerPeer, int maxProtocolsPerPeer) {
  /** The defaults. */
  public static final PeerstoreConfig DEFAULT = new PeerstoreConfig(10_000, 64, 1024);

  /** Checks each value. */
  public PeerstoreConfig {
    if (maxPeers < 1 || maxAddressesPerPeer < 1 || maxProtocolsPerPeer < 1) {
      throw new IllegalArgumentException(
          "peerstore bounds must be at least 1: "
              + maxPeers
              + ", "
              + maxAddressesPerPeer
              + ", "
              + maxProtocolsPerPeer);
    }
  }
}
