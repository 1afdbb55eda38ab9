package io.ethpeerflow.interop.ours;

import io.ethpeerflow.wire.crypto.KeyType;

/**
 * What differs between the hosts of ours.
 *
 * @param security the one security protocol offered
 * @param keyType of the identity
 * @param earlyMuxer whether the muxer is offered within the security handshake
 */
public record HostSetup(Security security, KeyType keyType, boolean earlyMuxer) {
  /** What most scenarios use. */
  public static HostSetup of(Security security) {
    return new HostSetup(security, KeyType.ED25519, true);
  }

  /** With another {@link #keyType}. */
  public HostSetup withKeyType(KeyType other) {
    return new HostSetup(security, other, earlyMuxer);
  }

  /** With another {@link #earlyMuxer}. */
  public HostSetup withEarlyMuxer(boolean early) {
    return new HostSetup(security, keyType, early);
  }
}
