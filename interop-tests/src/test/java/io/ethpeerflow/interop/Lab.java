package io.ethpeerflow.interop;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.interop.Results.Outcome;
import io.ethpeerflow.interop.ours.HostSetup;
import io.ethpeerflow.interop.ours.OurHost;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.BridgeNetwork;
import io.ethpeerflow.interop.peer.Implementation;
import io.ethpeerflow.interop.peer.Installation;
import io.ethpeerflow.interop.peer.PeerFailure;
import io.ethpeerflow.interop.peer.PeerOptions;
import io.ethpeerflow.interop.peer.PeerProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Makes the tests of a scenario, one for each implementation, direction and stack, and the hosts
 * and peers they need. These are kept until the test class ends: a peer per way to start it, and a
 * host of ours per setup and direction, so that a connection that one side dialed is never taken
 * for one that the other did.
 *
 * <p>Where an implementation cannot be run its tests are aborted with the reason; with {@code
 * CI=true} in the environment they fail.
 */
final class Lab implements AfterAllCallback {
  private final Map<PeerKey, PeerProgram> peers = new HashMap<>();
  private final Map<HostKey, OurHost> hosts = new HashMap<>();
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private @Nullable BridgeNetwork network;

  private record PeerKey(Implementation implementation, PeerOptions options) {}

  private record HostKey(HostSetup setup, Direction direction) {}

  /** One direction of a scenario. */
  @FunctionalInterface
  interface Play {
    void run(Meeting meeting) throws Exception;
  }

  /** How the two sides of a scenario are started. */
  @FunctionalInterface
  interface Cast {
    /** Ours and theirs with what most scenarios use. */
    Cast DEFAULT =
        (lab, implementation, direction, stack) ->
            lab.meeting(implementation, direction, HostSetup.of(stack), PeerOptions.DEFAULT);

    Meeting meeting(Lab lab, Implementation implementation, Direction direction, Stack stack);
  }

  /** A scenario for which both sides are started in a way of its own. */
  @FunctionalInterface
  interface Pairing {
    void run(Implementation implementation, Direction direction, Stack stack) throws Exception;
  }

  /** The tests of a scenario with the sides that most scenarios use. */
  Stream<DynamicTest> tests(String scenario, Set<Stack> stacks, Play oursDials, Play theirsDials) {
    return tests(scenario, stacks, Cast.DEFAULT, oursDials, theirsDials);
  }

  /** The tests of a scenario. */
  Stream<DynamicTest> tests(
      String scenario, Set<Stack> stacks, Cast cast, Play oursDials, Play theirsDials) {
    return tests(
        scenario,
        EnumSet.allOf(Implementation.class),
        stacks,
        (implementation, direction, stack) ->
            play(
                cast.meeting(this, implementation, direction, stack),
                direction == Direction.OUTBOUND ? oursDials : theirsDials));
  }

  /** The tests of a scenario that not all implementations can play. */
  Stream<DynamicTest> tests(
      String scenario, Set<Implementation> implementations, Set<Stack> stacks, Pairing pairing) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Implementation implementation : Implementation.chosen()) {
      for (Stack stack : Stack.chosen()) {
        if (implementations.contains(implementation) && stacks.contains(stack)) {
          tests.add(test(scenario, implementation, Direction.OUTBOUND, stack, pairing));
          tests.add(test(scenario, implementation, Direction.INBOUND, stack, pairing));
        }
      }
    }
    return tests.stream();
  }

  private DynamicTest test(
      String scenario,
      Implementation implementation,
      Direction direction,
      Stack stack,
      Pairing pairing) {
    String name =
        String.join(
            " ",
            scenario,
            implementation.id(),
            direction == Direction.OUTBOUND ? "ours-dials" : "theirs-dials",
            stack.toString());
    return DynamicTest.dynamicTest(
        name,
        () -> {
          long startNanos = System.nanoTime();
          Outcome outcome = Outcome.FAILED;
          String detail = "";
          String link = "";
          try {
            Optional<KnownBug> known = KnownBug.of(scenario, implementation, direction, stack);
            if (known.isPresent()) {
              outcome = Outcome.KNOWN_BUG;
              link = Objects.requireNonNullElse(known.get().link(), "");
              throw new TestAbortedException(known.get().bug());
            }
            String missing = Installation.of(implementation).missing();
            if (missing != null) {
              outcome = Outcome.NOT_RUN;
              throw cannotRun(implementation + " cannot be run: " + missing);
            }
            pairing.run(implementation, direction, stack);
            outcome = Outcome.OK;
          } catch (Exception | Error failure) {
            detail = String.valueOf(failure.getMessage());
            throw failure;
          } finally {
            long millis = (System.nanoTime() - startNanos) / 1_000_000;
            Results.add(scenario, implementation, direction, stack, outcome, detail, link, millis);
          }
        });
  }

  private static void play(Meeting meeting, Play play) throws Exception {
    try {
      play.run(meeting);
    } catch (Exception | AssertionError failure) {
      if (!(failure instanceof PeerFailure)) {
        failure.addSuppressed(meeting.peer().bystander());
      }
      failure.addSuppressed(new AssertionError("ours holds " + meeting.ours().usage()));
      throw failure;
    }
  }

  /** What a test throws that cannot be run here. */
  static RuntimeException cannotRun(String why) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(why);
    }
    return new TestAbortedException(why);
  }

  /** A host of ours and a peer, started where they do not run yet. */
  Meeting meeting(
      Implementation implementation, Direction direction, HostSetup setup, PeerOptions options) {
    return new Meeting(
        implementation,
        direction,
        setup.stack(),
        host(setup, direction),
        peer(implementation, options));
  }

  private OurHost host(HostSetup setup, Direction direction) {
    return hosts.computeIfAbsent(new HostKey(setup, direction), key -> freshHost(setup));
  }

  private PeerProgram peer(Implementation implementation, PeerOptions options) {
    return peers.compute(
        new PeerKey(implementation, options),
        (key, running) ->
            running != null && running.isAlive() ? running : freshPeer(implementation, options));
  }

  /** A host for one test; it is closed with the others at the latest. */
  OurHost freshHost(HostSetup setup) {
    OurHost host = OurHost.start(setup);
    toClose.push(host);
    return host;
  }

  /** A peer for one test; it is closed with the others at the latest. */
  PeerProgram freshPeer(Implementation implementation, PeerOptions options) {
    PeerProgram peer =
        PeerProgram.start(implementation, options, implementation.inContainer() ? network() : null);
    toClose.push(peer);
    return peer;
  }

  private BridgeNetwork network() {
    BridgeNetwork made = network;
    if (made == null) {
      made = BridgeNetwork.create();
      network = made;
      toClose.push(made);
    }
    return made;
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    Results.write();
    Throwable first = null;
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (Exception | AssertionError failure) {
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw new AssertionError("the lab could not be cleared: " + first.getMessage(), first);
    }
  }
}
