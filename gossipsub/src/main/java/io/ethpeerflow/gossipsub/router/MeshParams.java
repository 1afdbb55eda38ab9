package io.ethpeerflow.gossipsub.router;

/**
 * How many peers a mesh has and how many get gossip; one for all topics, or one of a topic's own.
 *
 * @param d how many a mesh should have; default 6. Each message is sent and received about so often
 * @param dLow below it peers are grafted; default 5 as in go-libp2p, 1 to {@code d}
 * @param dHigh above it peers are pruned; default 12, at least {@code d}
 * @param dScore how many of a mesh that is too large stay for their score; default 4, 0 to {@code
 *     d}. A mesh of nothing else is a mesh that newcomers cannot enter
 * @param dOut how many at least are peers that we dialed; default 2, below {@code dLow} and at most
 *     half of {@code d}. Whoever dials us in numbers cannot fill a mesh
 * @param dLazy how many at least get gossip of a heartbeat; default 6
 * @param gossipFactor the part of the peers outside of the mesh that gets gossip; 0 to 1, default
 *     0.25
 */
public record MeshParams(
    int d, int dLow, int dHigh, int dScore, int dOut, int dLazy, double gossipFactor) {
  /** The defaults. */
  public static final MeshParams DEFAULT = new MeshParams(6, 5, 12, 4, 2, 6, 0.25);

  /** Checks each value and how they relate. */
  public MeshParams {
    // [spec gossipsub-1.1/mesh-params]
    require(dLow >= 1 && dLow <= d, "dLow", dLow, "is not 1 to d, " + d);
    require(dHigh >= d, "dHigh", dHigh, "< d, " + d);
    require(dScore >= 0 && dScore <= d, "dScore", dScore, "is not 0 to d, " + d);
    require(dOut >= 0 && dOut < dLow, "dOut", dOut, "is not 0 to below dLow, " + dLow);
    require(dOut <= d / 2, "dOut", dOut, "is more than half of d, " + d);
    require(dLazy >= 0, "dLazy", dLazy, "< 0");
    if (!(gossipFactor >= 0 && gossipFactor <= 1)) {
      throw new IllegalArgumentException("gossipFactor: " + gossipFactor + " is not 0 to 1");
    }
  }

  private static void require(boolean holds, String name, int value, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " " + otherwise);
    }
  }

  /** With other sizes of the mesh. */
  public MeshParams withMesh(int newD, int newLow, int newHigh, int newScore, int newOut) {
    return new MeshParams(newD, newLow, newHigh, newScore, newOut, dLazy, gossipFactor);
  }

  /** With another reach of gossip. */
  public MeshParams withGossip(int newLazy, double newFactor) {
    return new MeshParams(d, dLow, dHigh, dScore, dOut, newLazy, newFactor);
  }
}
