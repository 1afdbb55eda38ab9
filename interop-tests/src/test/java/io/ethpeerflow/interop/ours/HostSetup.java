package io.ethpeerflow.interop.ours;

import io.ethpeerflow.wire.crypto.KeyType;

/**
 * What differs between the hosts of ours.
 *
 * @param stack the one that it has
 * @param keyType of the identity
 * @param earlyMuxer whether the muxer is offered within the security handshake; over TCP only
 */
public record HostSetup(Stack stack, KeyType keyType, boolean earlyMuxer) {
  /** What most scenarios use. */
  public static HostSetup of(Stack stack) {
    return new HostSetup(stack, KeyType.ED25519, true);
  }

  /** With another {@link #keyType}. */
  public HostSetup withKeyType(KeyType other) {
    return new HostSetup(stack, other, earlyMuxer);
  }

  /** With another {@link #earlyMuxer}. */
  public HostSetup withEarlyMuxer(boolean early) {
    return new HostSetup(stack, keyType, early);
  }
}
