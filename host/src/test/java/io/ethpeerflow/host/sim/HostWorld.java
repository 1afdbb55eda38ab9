package io.ethpeerflow.host.sim;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.testkit.net.LinkProfile;
import io.ethpeerflow.testkit.net.Partition;
import io.ethpeerflow.testkit.net.SimNetwork;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.net.Trace;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Many hosts of production on a simulated network: latency, jitter, bandwidth, loss and reordering
 * of each pair, everybody's keys, wishes and traffic, and the order of what happens in the same
 * nanosecond are drawn from one seed.
 *
 * <p>Two traces: what hosts saw (connections, streams, bytes, ends), and each packet.
 */
final class HostWorld {
  private static final int PEERS_WANTED = 3;

  private final VirtualClock clock;
  private final Trace trace = new Trace(1_000_000);
  private final SimNetwork network;
  private final List<Member> members = new ArrayList<>();
  private final Map<PeerId, String> names = new HashMap<>();
  private final Map<Member, Integer> groups = new HashMap<>();
  private int echoes;
  private int echoesAcross;
  private long echoedBytes;

  HostWorld(long seed, int size) {
    var random = new SeededRandom(seed);
    clock = VirtualClock.shuffling(random.nextLong());
    network = new SimNetwork(random.nextLong(), clock);
    for (int i = 0; i < size; i++) {
      SimNode node = network.node("h" + i, "10.0.1." + i);
      if (i % 3 == 0) {
        node.addAddress("fd00::" + Integer.toHexString(i + 1));
      }
      Member member = new Member(this, i, node, random.fork());
      members.add(member);
      names.put(member.id(), member.name());
    }
    for (Member one : members) {
      for (Member other : members) {
        network.oneWayLink(one.node, other.node, profile(random));
      }
    }
    for (int i = 0; i < size; i++) {
      Member member = members.get(i);
      Member next = members.get((i + 1) % size);
      member.wanted.add(next);
      if (i % 5 == 0) {
        next.wanted.add(member);
      }
      while (member.wanted.size() < PEERS_WANTED) {
        Member other = random.pick(members);
        if (other != member) {
          member.wanted.add(other);
        }
      }
    }
  }

  private static LinkProfile profile(SeededRandom random) {
    return LinkProfile.DEFAULT
        .withLatency(Duration.ofMillis(random.nextInt(2, 90)))
        .withJitter(Duration.ofMillis(random.nextInt(0, 10)))
        .withBandwidth(random.nextInt(1, 20) * 1_000_000L, 128 << 10)
        .withLoss(random.nextInt(0, 3) / 100.0)
        .withReorder(0.01, Duration.ofMillis(20));
  }

  VirtualClock clock() {
    return clock;
  }

  /** What hosts saw. */
  Trace trace() {
    return trace;
  }

  /** What became of each packet. */
  Trace packets() {
    return network.trace();
  }

  List<Member> members() {
    return members;
  }

  String nameOf(PeerId peer) {
    String name = names.get(peer);
    if (name == null) {
      throw new AssertionError("nobody is " + peer);
    }
    return name;
  }

  void record(String event, String details) {
    trace.record(clock.nanoTime(), event, details);
  }

  /** What differs between failures; messages may hold numbers that a reader wants. */
  static String kind(Throwable failure) {
    Throwable cause = P2pException.unwrap(failure);
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  static String describe(CloseReason reason) {
    Throwable cause = reason.cause();
    return reason.by() + " " + reason.code() + (cause == null ? "" : " " + kind(cause));
  }

  static String describe(StreamEnd end) {
    return end instanceof StreamEnd.ConnectionEnded ended
        ? "with its connection: " + describe(ended.reason())
        : end.toString();
  }

  void begin() {
    members.forEach(Member::begin);
  }

  void pass(Duration time) {
    clock.advance(time);
  }

  /** Time leaps, for everybody: nothing happens meanwhile, and what was due is late. */
  void leap(Duration time) {
    record("leap", time.toString());
    clock.leap(time);
  }

  /** Cuts the first hosts off from the rest. */
  Partition partition(int first) {
    for (int i = 0; i < members.size(); i++) {
      groups.put(members.get(i), i < first ? 0 : 1);
    }
    record("partition", first + " from the rest");
    return network.partition(
        nodes(members.subList(0, first)), nodes(members.subList(first, members.size())));
  }

  private static List<SimNode> nodes(List<Member> some) {
    return some.stream().map(member -> member.node).toList();
  }

  void heal(Partition partition) {
    record("heal", "");
    partition.heal();
  }

  boolean apart(Member one, Member other) {
    return !groups.getOrDefault(one, 0).equals(groups.getOrDefault(other, 0));
  }

  void echoed(Member from, Member to, int bytes) {
    echoes++;
    echoedBytes += bytes;
    if (apart(from, to)) {
      echoesAcross++;
    }
  }

  /** Echoes that came back whole so far. */
  int echoes() {
    return echoes;
  }

  /** Of those, the ones between the two sides of a partition, present or past. */
  int echoesAcross() {
    return echoesAcross;
  }

  /** Their bytes. */
  long echoedBytes() {
    return echoedBytes;
  }

  void end() {
    members.forEach(Member::end);
  }
}
