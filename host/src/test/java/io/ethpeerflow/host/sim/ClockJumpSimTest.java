package io.ethpeerflow.host.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.sim.SimLoops;
import io.ethpeerflow.core.sim.SimTransport;
import io.ethpeerflow.core.sim.TransportDefect;
import io.ethpeerflow.core.suite.SeededSecureRandom;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.testkit.net.LinkProfile;
import io.ethpeerflow.testkit.net.SimNetwork;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.net.StreamOptions;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.yamux.Yamux;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clocks that jump: a machine that was suspended finds every timer overdue, and one whose time of
 * day is set back tells of a past that its peers know better.
 */
@Timeout(120)
class ClockJumpSimTest {
  private static final Duration SETTLED = Duration.ofSeconds(75);
  private static final Duration EXCHANGED = Duration.ofSeconds(5);
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  @Test
  void hostsWhoseTimeLeapsHoursAheadAreConnectedAndServedAgain() {
    var world = new HostWorld(11, 6);
    world.begin();
    world.pass(SETTLED);
    HostSimTest.assertAllConnected(world);
    int echoes = world.echoes();

    for (int hours = 1; hours <= 1_000; hours *= 10) {
      world.leap(Duration.ofHours(hours));
      world.pass(SETTLED);
      HostSimTest.assertAllConnected(world);
      assertThat(world.echoes()).as("echoes after a leap of %s h", hours).isGreaterThan(echoes);
      echoes = world.echoes();
    }

    world.end();
    world.pass(HostSimTest.LINGERED);
    HostSimTest.assertNothingIsLeft(world);
  }

  @Test
  void aTimeOfDayThatIsSetBackDoesNotMakePeersIgnoreNewAddresses() {
    var clock = new VirtualClock();
    var network = new SimNetwork(12, clock);
    SimNode a = network.node("a", "10.0.0.1");
    SimNode b = network.node("b", "10.0.0.2");
    network.link(a, b, LinkProfile.DEFAULT);
    var timeOfDay = new AtomicLong(100 * DAY_MILLIS);
    Host one = host(clock, a, 1, timeOfDay::get);
    Host other = host(clock, b, 2, () -> 1);
    Multiaddr first = Multiaddr.of("/ip4/10.0.0.1/tcp/4001");
    Multiaddr second = Multiaddr.of("/ip4/10.0.0.1/tcp/4002");
    one.listen(first);
    other.listen(Multiaddr.of("/ip4/10.0.0.2/tcp/4001"));
    clock.advance(EXCHANGED);
    other.connect(one.addrInfo());
    clock.advance(EXCHANGED);
    assertThat(other.peerstore().addresses(one.id())).containsExactly(first);

    timeOfDay.addAndGet(-DAY_MILLIS);
    one.listen(second);
    clock.advance(EXCHANGED);

    assertThat(other.peerstore().addresses(one.id())).containsExactlyInAnyOrder(first, second);
    one.shutdown(Duration.ZERO);
    other.shutdown(Duration.ZERO);
    clock.advance(HostSimTest.LINGERED);
  }

  private static Host host(VirtualClock clock, SimNode node, long seed, LongSupplier sequence) {
    return Libp2p.host()
        .random(new SeededSecureRandom(seed))
        .recordSequence(sequence)
        .loops(new SimLoops(clock, node.name(), 1))
        .security(new NoiseSecurity())
        .muxer(new Yamux())
        .transport(
            context -> new SimTransport(node, context, StreamOptions.DEFAULT, TransportDefect.NONE))
        .start()
        .join();
  }
}
