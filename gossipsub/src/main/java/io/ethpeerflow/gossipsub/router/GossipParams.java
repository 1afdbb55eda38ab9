package io.ethpeerflow.gossipsub.router;

import java.time.Duration;

/**
 * Bounds of IHAVE, IWANT and IDONTWANT.
 *
 * @param maxIhaveIds ids told in one IHAVE, and asked of one peer between two heartbeats; default
 *     5,000
 * @param maxIhaves RPCs of one peer whose IHAVE is looked at between two heartbeats; default 10
 * @param followUp how long a peer has to bring what it said it has; after that it broke a promise
 *     (P7); default 3 s
 * @param maxPromises promises that are remembered at once, over all peers; default 65,536
 * @param idontwantBytes messages of so many bytes and more are announced by IDONTWANT; default
 *     1,024. A smaller one costs less than the announcement saves
 * @param maxIdontwantIds ids in IDONTWANT of one peer that are remembered between two heartbeats;
 *     default 1,000
 * @param idontwantHeartbeats for how many heartbeats they are; default 3
 */
public record GossipParams(
    int maxIhaveIds,
    int maxIhaves,
    Duration followUp,
    int maxPromises,
    int idontwantBytes,
    int maxIdontwantIds,
    int idontwantHeartbeats) {
  /** The defaults. */
  public static final GossipParams DEFAULT =
      new GossipParams(5000, 10, Duration.ofSeconds(3), 1 << 16, 1024, 1000, 3);

  /** Checks each value. */
  public GossipParams {
    Ranges.requireAtLeastOne("maxIhaveIds", maxIhaveIds);
    Ranges.requireAtLeastOne("maxIhaves", maxIhaves);
    Ranges.requirePositive("followUp", followUp);
    Ranges.requireAtLeastOne("maxPromises", maxPromises);
    if (idontwantBytes < 0) {
      throw new IllegalArgumentException("idontwantBytes: " + idontwantBytes + " < 0");
    }
    Ranges.requireAtLeastOne("maxIdontwantIds", maxIdontwantIds);
    Ranges.requireAtLeastOne("idontwantHeartbeats", idontwantHeartbeats);
  }

  /** With other bounds of IHAVE. */
  public GossipParams withIhave(int maxIds, int maxMessages) {
    return new GossipParams(
        maxIds,
        maxMessages,
        followUp,
        maxPromises,
        idontwantBytes,
        maxIdontwantIds,
        idontwantHeartbeats);
  }

  /** With another {@link #followUp}. */
  public GossipParams withFollowUp(Duration newFollowUp) {
    return new GossipParams(
        maxIhaveIds,
        maxIhaves,
        newFollowUp,
        maxPromises,
        idontwantBytes,
        maxIdontwantIds,
        idontwantHeartbeats);
  }

  /** With another use of IDONTWANT; {@link Integer#MAX_VALUE} bytes for none. */
  public GossipParams withIdontwant(int fromBytes, int maxIds, int heartbeats) {
    return new GossipParams(
        maxIhaveIds, maxIhaves, followUp, maxPromises, fromBytes, maxIds, heartbeats);
  }
}
