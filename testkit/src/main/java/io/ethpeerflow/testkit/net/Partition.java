package io.ethpeerflow.testkit.net;

import java.util.Set;

/** A cut between two groups of nodes, until it is healed. */
public final class Partition implements AutoCloseable {
  private final SimNetwork network;
  private final Set<SimNode> from;
  private final Set<SimNode> to;
  private final boolean bothWays;

  Partition(SimNetwork network, Set<SimNode> from, Set<SimNode> to, boolean bothWays) {
    this.network = network;
    this.from = Set.copyOf(from);
    this.to = Set.copyOf(to);
    this.bothWays = bothWays;
  }

  boolean cuts(SimNode source, SimNode destination) {
    return (from.contains(source) && to.contains(destination))
        || (bothWays && to.contains(source) && from.contains(destination));
  }

  /** Lets packets through again; those dropped meanwhile stay lost. Idempotent. */
  public void heal() {
    network.heal(this);
  }

  /** The same as {@link #heal()}. */
  @Override
  public void close() {
    heal();
  }
}
