package io.ethpeerflow.host.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.net.Partition;
import io.ethpeerflow.testkit.net.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Fifty hosts with the Swarm, Upgrader, Noise, Yamux, identify and ping of production, in virtual
 * time, on a network with latency, loss and reordering, that falls apart and heals.
 */
@Timeout(300)
class HostSimTest {
  private static final int HOSTS = 50;
  private static final int CUT_OFF = 20;

  /** Sockets of the simulated network linger for 60 s; retransmissions of their ends come first. */
  static final Duration LINGERED = Duration.ofMinutes(5);

  /** A keep-alive of Yamux begins every 30 s and fails after 20 s. */
  private static final Duration NOTICED = Duration.ofSeconds(55);

  @Test
  void fiftyHostsNoticeAPartitionAndReconnectWhenItHeals() {
    HostWorld world = story(1);
    assertThat(world.echoes()).isGreaterThan(500);
    assertThat(world.echoedBytes()).isGreaterThan(10_000_000);
    assertThat(world.packets().lines("drop")).isNotEmpty();
    assertThat(world.trace().lines("ping")).isNotEmpty();
    assertThat(world.trace().lines("undialed")).as("dials across the partition").isNotEmpty();
  }

  @Test
  void theSameSeedGivesTheSameTraceByteForByteAndAnotherSeedAnother() {
    HostWorld first = story(7);
    HostWorld again = story(7);
    HostWorld other = story(8);
    assertThat(first.trace().difference(again.trace())).isEqualTo("equal");
    assertThat(first.packets().difference(again.packets())).isEqualTo("equal");
    assertThat(text(again.trace())).isEqualTo(text(first.trace()));
    assertThat(other.trace().digest()).isNotEqualTo(first.trace().digest());
    assertThat(other.packets().digest()).isNotEqualTo(first.packets().digest());
    write("hosts-seed-7.trace", first.trace());
    write("hosts-seed-8.trace", other.trace());
  }

  private static HostWorld story(long seed) {
    var world = new HostWorld(seed, HOSTS);
    world.begin();
    world.pass(Duration.ofSeconds(40));
    assertAllConnected(world);

    Partition partition = world.partition(CUT_OFF);
    world.pass(NOTICED);
    assertConnectedWithinSidesOnly(world);
    int apart = world.echoesAcross();
    world.pass(Duration.ofSeconds(15));
    assertConnectedWithinSidesOnly(world);
    assertThat(world.echoesAcross()).as("echoes across a partition").isEqualTo(apart);

    world.heal(partition);
    world.pass(Duration.ofSeconds(75));
    assertAllConnected(world);
    assertThat(world.echoesAcross()).as("echoes after the partition").isGreaterThan(apart);

    world.end();
    world.pass(LINGERED);
    assertNothingIsLeft(world);
    return world;
  }

  static void assertAllConnected(HostWorld world) {
    for (Member member : world.members()) {
      for (Member other : member.wanted) {
        assertThat(member.isConnectedTo(other) && other.isConnectedTo(member))
            .as(member.name() + " and " + other.name())
            .isTrue();
      }
    }
  }

  private static void assertConnectedWithinSidesOnly(HostWorld world) {
    for (Member member : world.members()) {
      for (Member other : world.members()) {
        boolean connected = member.isConnectedTo(other);
        if (world.apart(member, other)) {
          assertThat(connected).as(member.name() + " across to " + other.name()).isFalse();
        } else if (member.wanted.contains(other)) {
          assertThat(connected).as(member.name() + " and " + other.name()).isTrue();
        }
      }
    }
  }

  static void assertNothingIsLeft(HostWorld world) {
    for (Member member : world.members()) {
      assertThat(member.connectionCount()).as(member.name()).isZero();
      assertThat(member.node.openStreams()).as("sockets of " + member.name()).isZero();
      assertThat(member.limits.usage().isIdle())
          .as(member.name() + " " + member.limits.usage())
          .isTrue();
    }
    assertThat(world.clock().pending()).as("tasks and timers left").isZero();
  }

  private static String text(Trace trace) {
    return String.join("\n", trace.lines());
  }

  private static void write(String file, Trace trace) {
    Path to = Path.of("target", "traces", file);
    try {
      Files.createDirectories(to.getParent());
      Files.writeString(to, text(trace));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
