package io.ethpeerflow.host.swarm;

import java.time.Duration;

/**
 * How connections and streams of a host behave.
 *
 * @param inboundNegotiationTimeout how long an inbound stream may take to agree on a protocol;
 *     default 10 s. Bounds a peer that opens streams and says nothing
 * @param supplantCheckInterval how often the surplus connection of a simultaneous dial is looked at
 *     for being idle; default 10 s
 */
public record SwarmConfig(Duration inboundNegotiationTimeout, Duration supplantCheckInterval) {
  /** The defaults. */
  public static final SwarmConfig DEFAULT =
      new SwarmConfig(Duration.ofSeconds(10), Duration.ofSeconds(10));

  /** Checks each value. */
  public SwarmConfig {
    check("inboundNegotiationTimeout", inboundNegotiationTimeout);
    check("supplantCheckInterval", supplantCheckInterval);
  }

  private static void check(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " is not positive");
    }
  }
}
