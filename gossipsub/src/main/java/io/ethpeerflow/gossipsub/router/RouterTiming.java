package io.ethpeerflow.gossipsub.router;

import java.time.Duration;

/**
 * When a router does what it does by itself.
 *
 * @param heartbeat time between heartbeats; default 1 s
 * @param firstHeartbeat time before the first; default 100 ms
 * @param seen how long an id counts as seen; default 120 s. A message that comes back later is new
 * @param fanout how long peers of a topic that is published to and not subscribed are kept after
 *     the last message; default 60 s
 * @param directConnectHeartbeats every how many heartbeats direct peers that are gone are connected
 *     to; default 300
 * @param opportunisticGraftHeartbeats every how many heartbeats a mesh is improved; default 60
 */
public record RouterTiming(
    Duration heartbeat,
    Duration firstHeartbeat,
    Duration seen,
    Duration fanout,
    int directConnectHeartbeats,
    int opportunisticGraftHeartbeats) {
  /** The defaults. */
  public static final RouterTiming DEFAULT =
      new RouterTiming(
          Duration.ofSeconds(1),
          Duration.ofMillis(100),
          Duration.ofSeconds(120),
          Duration.ofSeconds(60),
          300,
          60);

  /** Checks each value. */
  public RouterTiming {
    Ranges.requirePositive("heartbeat", heartbeat);
    Ranges.requireNotNegative("firstHeartbeat", firstHeartbeat);
    Ranges.requirePositive("seen", seen);
    Ranges.requirePositive("fanout", fanout);
    Ranges.requireAtLeastOne("directConnectHeartbeats", directConnectHeartbeats);
    Ranges.requireAtLeastOne("opportunisticGraftHeartbeats", opportunisticGraftHeartbeats);
  }

  /** With another heartbeat. */
  public RouterTiming withHeartbeat(Duration interval, Duration first) {
    return new RouterTiming(
        interval, first, seen, fanout, directConnectHeartbeats, opportunisticGraftHeartbeats);
  }

  /** With other times to live. */
  public RouterTiming withTimeToLive(Duration newSeen, Duration newFanout) {
    return new RouterTiming(
        heartbeat,
        firstHeartbeat,
        newSeen,
        newFanout,
        directConnectHeartbeats,
        opportunisticGraftHeartbeats);
  }

  /** With other numbers of heartbeats. */
  public RouterTiming withHeartbeats(int directConnect, int opportunisticGraft) {
    return new RouterTiming(
        heartbeat, firstHeartbeat, seen, fanout, directConnect, opportunisticGraft);
  }
}
