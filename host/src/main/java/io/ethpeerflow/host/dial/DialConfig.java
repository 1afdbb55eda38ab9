package io.ethpeerflow.host.dial;

import java.time.Duration;

/**
 * How peers are dialed. Bounds what a list of addresses from a stranger can make us do.
 *
 * @param attemptTimeout one address, connect and upgrade together; default 10 s
 * @param maxAddresses addresses of one peer that are tried at all; 1 to 1024, default 64
 * @param perPeerInFlight attempts to one peer at once; default 8
 * @param totalInFlight attempts of the host at once; at least {@code perPeerInFlight}, default 160
 * @param staggerDelay head start of a better kind of address over the next; default 250 ms
 * @param privateStaggerDelay the same among private addresses; default 30 ms
 * @param backoffBase how long a failed address is left alone after its first failure; default 5 s
 * @param backoffMax the longest time a failed address is left alone; default 5 min
 * @param backoffEntries failed addresses remembered; default 4096
 * @param blackHoles when UDP or IPv6 is taken for a black hole
 */
public record DialConfig(
    Duration attemptTimeout,
    int maxAddresses,
    int perPeerInFlight,
    int totalInFlight,
    Duration staggerDelay,
    Duration privateStaggerDelay,
    Duration backoffBase,
    Duration backoffMax,
    int backoffEntries,
    BlackHoleConfig blackHoles) {
  /** The defaults. */
  public static final DialConfig DEFAULT =
      new DialConfig(
          Duration.ofSeconds(10),
          64,
          8,
          160,
          Duration.ofMillis(250),
          Duration.ofMillis(30),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          4096,
          BlackHoleConfig.DEFAULT);

  /** Checks each value and their relations. */
  public DialConfig {
    if (attemptTimeout.isNegative() || attemptTimeout.isZero()) {
      throw new IllegalArgumentException("attemptTimeout: " + attemptTimeout + " is not positive");
    }
    if (maxAddresses < 1 || maxAddresses > 1024) {
      throw new IllegalArgumentException("maxAddresses: " + maxAddresses + " is not 1 to 1024");
    }
    if (perPeerInFlight < 1) {
      throw new IllegalArgumentException("perPeerInFlight: " + perPeerInFlight + " < 1");
    }
    if (totalInFlight < perPeerInFlight) {
      throw new IllegalArgumentException(
          "totalInFlight: " + totalInFlight + " < perPeerInFlight " + perPeerInFlight);
    }
    if (staggerDelay.isNegative() || privateStaggerDelay.isNegative()) {
      throw new IllegalArgumentException("stagger delays must not be negative");
    }
    if (backoffBase.isNegative() || backoffMax.compareTo(backoffBase) < 0) {
      throw new IllegalArgumentException(
          "backoff: " + backoffBase + " to " + backoffMax + " is no range");
    }
    if (backoffEntries < 1) {
      throw new IllegalArgumentException("backoffEntries: " + backoffEntries + " < 1");
    }
  }

  /** With another {@link #attemptTimeout}. */
  public DialConfig withAttemptTimeout(Duration timeout) {
    return new DialConfig(
        timeout,
        maxAddresses,
        perPeerInFlight,
        totalInFlight,
        staggerDelay,
        privateStaggerDelay,
        backoffBase,
        backoffMax,
        backoffEntries,
        blackHoles);
  }

  /** With another back-off range. */
  public DialConfig withBackoff(Duration base, Duration max) {
    return new DialConfig(
        attemptTimeout,
        maxAddresses,
        perPeerInFlight,
        totalInFlight,
        staggerDelay,
        privateStaggerDelay,
        base,
        max,
        backoffEntries,
        blackHoles);
  }

  /** With another {@link #blackHoles}. */
  public DialConfig withBlackHoles(BlackHoleConfig value) {
    return new DialConfig(
        attemptTimeout,
        maxAddresses,
        perPeerInFlight,
        totalInFlight,
        staggerDelay,
        privateStaggerDelay,
        backoffBase,
        backoffMax,
        backoffEntries,
        value);
  }
}
