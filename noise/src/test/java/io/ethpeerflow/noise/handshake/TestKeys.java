package io.ethpeerflow.noise.handshake;

import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.testkit.seed.SeededRandom;

/** Transport keys without a handshake. */
public final class TestKeys {
  private TestKeys() {}

  /** The keys of one side; those of the other role match. */
  public static TransportKeys transport(Role role) {
    var random = new SeededRandom(77);
    byte[] fromInitiator = random.bytes(32);
    byte[] fromResponder = random.bytes(32);
    return role == Role.INITIATOR
        ? new TransportKeys(fromInitiator, fromResponder, new byte[32])
        : new TransportKeys(fromResponder, fromInitiator, new byte[32]);
  }
}
