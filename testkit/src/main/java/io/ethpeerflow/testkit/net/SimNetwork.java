package io.ethpeerflow.testkit.net;

import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.time.VirtualClock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and the links between them, in virtual time, with all chance drawn from one seed.
 *
 * <p>Each ordered pair of nodes has a link of its own: two directions may differ, and traffic of
 * one pair does not slow another. A packet waits for the bandwidth, travels for latency plus
 * jitter, and may be lost, doubled or held back on the way. A {@link Partition} drops what is sent
 * and what is still in flight.
 *
 * <p>The same seed, the same clock and the same calls give the same {@link #trace()}, digest
 * included.
 */
public final class SimNetwork {
  private final VirtualClock clock;
  private final SeededRandom random;
  private final Trace trace;
  private final Map<InetAddress, SimNode> nodesByAddress = new HashMap<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<Pair, Link> links = new HashMap<>();
  private final List<Partition> partitions = new ArrayList<>();
  private LinkProfile defaultProfile = LinkProfile.DEFAULT;
  private long nextInitialSequence = 1;

  /** Creates an empty network with a trace of its own. */
  public SimNetwork(long seed, VirtualClock clock) {
    this(seed, clock, new Trace());
  }

  /** Creates an empty network that records to the given trace. */
  public SimNetwork(long seed, VirtualClock clock, Trace trace) {
    this.clock = clock;
    this.random = new SeededRandom(seed);
    this.trace = trace;
  }

  /** The clock that everything here runs on. */
  public VirtualClock clock() {
    return clock;
  }

  /** What happened so far. */
  public Trace trace() {
    return trace;
  }

  /**
   * Adds a node.
   *
   * @param name for messages and the trace; unique
   * @param addresses literal IPv4 or IPv6 addresses, each of one node only
   */
  public SimNode node(String name, String... addresses) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("node " + name + " exists");
    }
    var node = new SimNode(this, name);
    for (String address : addresses) {
      node.addAddress(address);
    }
    return node;
  }

  /** Sets the profile of every link that has none of its own, from now on. */
  public void defaultLink(LinkProfile profile) {
    defaultProfile = profile;
  }

  /** Sets both directions between two nodes, from now on. */
  public void link(SimNode a, SimNode b, LinkProfile profile) {
    oneWayLink(a, b, profile);
    oneWayLink(b, a, profile);
  }

  /** Sets the direction from one node to another, from now on. */
  public void oneWayLink(SimNode from, SimNode to, LinkProfile profile) {
    link(from, to).profile = profile;
  }

  /** Cuts two groups of nodes off from each other, both ways. */
  public Partition partition(Collection<SimNode> some, Collection<SimNode> others) {
    return cut(Set.copyOf(some), Set.copyOf(others), true);
  }

  /** Cuts a node off from all other nodes that exist now. */
  public Partition isolate(SimNode node) {
    var others = new LinkedHashSet<>(nodesByAddress.values());
    others.remove(node);
    return cut(Set.of(node), others, true);
  }

  /** Drops what goes from one node to another; the way back stays open. */
  public Partition block(SimNode from, SimNode to) {
    return cut(Set.of(from), Set.of(to), false);
  }

  /** Heals every partition. */
  public void healAll() {
    List.copyOf(partitions).forEach(Partition::heal);
  }

  void heal(Partition partition) {
    if (partitions.remove(partition)) {
      record("heal", "partitions=" + partitions.size());
    }
  }

  void register(SimNode node, InetAddress address) {
    SimNode other = nodesByAddress.putIfAbsent(address, node);
    if (other != null) {
      throw new IllegalArgumentException(address.getHostAddress() + " belongs to " + other.name());
    }
  }

  void unregister(InetAddress address) {
    nodesByAddress.remove(address);
  }

  SeededRandom random() {
    return random;
  }

  /** Far enough apart that a segment of an old connection never fits a new one. */
  long nextInitialSequence() {
    return nextInitialSequence++ << 40;
  }

  void record(String event, String details) {
    trace.record(clock.nanoTime(), event, details);
  }

  void transmit(SimNode from, Packet packet) {
    record("send", packet.describe());
    SimNode to = nodesByAddress.get(packet.to().getAddress());
    if (to == null) {
      drop(packet, "no-route");
    } else if (isCut(from, to)) {
      drop(packet, "partition");
    } else {
      travel(link(from, to), packet, from, to);
    }
  }

  private void travel(Link link, Packet packet, SimNode from, SimNode to) {
    LinkProfile profile = link.profile(from == to);
    if (packet.wireBytes() > profile.mtuBytes()) {
      drop(packet, "mtu");
      return;
    }
    if (!link.enqueue(packet.wireBytes(), profile)) {
      drop(packet, "queue");
      return;
    }
    if (happens(profile.loss())) {
      drop(packet, "loss");
      return;
    }
    long arrivalNanos = link.freeAtNanos + profile.latency().toNanos() + upTo(profile.jitter());
    if (happens(profile.reorder())) {
      arrivalNanos += upTo(profile.reorderDelay());
    } else {
      arrivalNanos = link.inOrder(arrivalNanos);
    }
    clock.at(arrivalNanos, () -> arrive(packet, from, to));
    if (happens(profile.duplicate())) {
      clock.at(arrivalNanos + upTo(profile.reorderDelay()), () -> arrive(packet, from, to));
    }
  }

  private void arrive(Packet packet, SimNode from, SimNode to) {
    if (isCut(from, to)) {
      drop(packet, "partition");
      return;
    }
    String undeliverable = to.deliver(packet);
    if (!undeliverable.isEmpty()) {
      drop(packet, undeliverable);
    }
  }

  void delivered(Packet packet) {
    record("deliver", packet.describe());
  }

  private void drop(Packet packet, String reason) {
    record("drop", reason + " " + packet.describe());
  }

  private Partition cut(Set<SimNode> from, Set<SimNode> to, boolean bothWays) {
    var partition = new Partition(this, from, to, bothWays);
    partitions.add(partition);
    record("partition", from.size() + "/" + to.size() + (bothWays ? " both ways" : " one way"));
    return partition;
  }

  private boolean isCut(SimNode from, SimNode to) {
    for (Partition partition : partitions) {
      if (partition.cuts(from, to)) {
        return true;
      }
    }
    return false;
  }

  private Link link(SimNode from, SimNode to) {
    return links.computeIfAbsent(new Pair(from, to), pair -> new Link());
  }

  private boolean happens(double share) {
    return share > 0 && random.nextDouble() < share;
  }

  private long upTo(Duration limit) {
    return limit.isZero() ? 0 : random.nextLong(limit.toNanos() + 1);
  }

  private record Pair(SimNode from, SimNode to) {}

  private final class Link {
    private @Nullable LinkProfile profile;
    private long freeAtNanos = clock.nanoTime();
    private long lastArrivalNanos = clock.nanoTime();

    LinkProfile profile(boolean loopback) {
      if (profile != null) {
        return profile;
      }
      return loopback ? LinkProfile.LOOPBACK : defaultProfile;
    }

    /** Takes the packet into the queue in front of the bandwidth; false when it is full. */
    boolean enqueue(int bytes, LinkProfile current) {
      long nowNanos = clock.nanoTime();
      long waitNanos = Math.max(0, freeAtNanos - nowNanos);
      if (current.bytesPerSecond() == 0) {
        freeAtNanos = nowNanos + waitNanos;
        return true;
      }
      double waitingBytes = waitNanos / 1e9 * current.bytesPerSecond();
      if (waitingBytes > current.queueBytes()) {
        return false;
      }
      freeAtNanos = nowNanos + waitNanos + Math.round(bytes * 1e9 / current.bytesPerSecond());
      return true;
    }

    long inOrder(long arrivalNanos) {
      if (arrivalNanos - lastArrivalNanos > 0) {
        lastArrivalNanos = arrivalNanos;
      }
      return lastArrivalNanos;
    }
  }
}
