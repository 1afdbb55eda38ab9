package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.RemoteEndedException;
import io.ethpeerflow.testkit.attack.Wire;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.seed.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Attacks on a public host in another process. After each of them the victim must be as it was: its
 * budget released, no descriptor and no thread more, its memory within a slack, and a peer that
 * never met it before gets its ping and its echo answered.
 */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbuseTest {
  /** How long what is over by itself may take. */
  static final Duration SOON = Duration.ofSeconds(30);

  /** Threads that a process starts once, when something is first needed; loops are fixed. */
  private static final long LATE_THREADS = 2;

  /** Buffers in use that may be left: what a loop keeps at hand. */
  private static final long PINNED_SLACK_BYTES = 256 << 10;

  /** Direct memory that the pool may keep: a chunk or two for each loop. */
  private static final long DIRECT_SLACK_BYTES = 48 << 20;

  /** Heap that may be in use more: classes' data, what was remembered of peers. */
  private static final long HEAP_SLACK_BYTES = 12 << 20;

  private final ConcurrentLinkedDeque<AutoCloseable> attackers = new ConcurrentLinkedDeque<>();
  private final SecureRandom random = new SecureRandom();
  private Victim victim;
  private Map<String, Long> memoryBefore;
  private int descriptorsBefore;

  /** What the class needs its victim to be. */
  abstract VictimSettings settings();

  /** Starts the victim; overridden where it is to start in some other way. */
  Victim start(VictimSettings settings) {
    return Victim.start(settings);
  }

  @BeforeAll
  void startVictim() throws Exception {
    victim = start(settings());
    assertHonestPeersAreServed();
    awaitIdle();
    memoryBefore = victim.memory();
    descriptorsBefore = victim.descriptors();
  }

  @AfterAll
  void stopVictim() {
    if (victim != null) {
      victim.close();
    }
  }

  @BeforeEach
  void forgetWhatWasSaid() {
    victim.forget();
  }

  @AfterEach
  void assertUnharmed() throws Exception {
    releaseAttackers();
    awaitIdle();
    assertHonestPeersAreServed();
    awaitIdle();
    Await.untilAsserted(
        SOON,
        () ->
            assertThat(victim.descriptors())
                .as("descriptors")
                .isLessThanOrEqualTo(descriptorsBefore));
    Await.untilAsserted(SOON, this::assertMemoryIsBack);
    assertThat(victim.timesSaid("LEAK")).as("buffers leaked: %s", victim.happened()).isZero();
    assertThat(victim.timesSaid("ERROR")).as("%s", victim.happened()).isZero();
  }

  private void assertMemoryIsBack() {
    Map<String, Long> now = victim.memory();
    assertBack(now, "threads", LATE_THREADS);
    assertBack(now, "pinned", PINNED_SLACK_BYTES);
    assertBack(now, "direct", DIRECT_SLACK_BYTES);
    assertBack(now, "heap", HEAP_SLACK_BYTES);
  }

  private void assertBack(Map<String, Long> now, String what, long slack) {
    assertThat(now.get(what)).as(what).isLessThanOrEqualTo(memoryBefore.get(what) + slack);
  }

  Victim victim() {
    return victim;
  }

  /** Descriptors that the victim had before the first attack. */
  int descriptorsBefore() {
    return descriptorsBefore;
  }

  /** Closes something after the test, before the victim is looked at. */
  <T extends AutoCloseable> T keep(T attacker) {
    attackers.push(attacker);
    return attacker;
  }

  void releaseAttackers() throws Exception {
    for (AutoCloseable next = attackers.poll(); next != null; next = attackers.poll()) {
      next.close();
    }
  }

  /** A new peer that has come up to a stage. */
  RawPeer attacker(HandshakeStage stage) {
    return keep(RawPeer.reach(stage, victim.address(), Identity.create(), SOON));
  }

  /** Writes to a victim that may be quicker to end the connection than the bytes are sent. */
  static void push(Wire wire, byte[] bytes) {
    try {
      wire.write(bytes);
    } catch (RemoteEndedException alreadyGivenUp) {
      assertThat(alreadyGivenUp.how()).isNotNull();
    }
  }

  /** Writes random bytes. */
  static void babble(Wire wire, SeededRandom random) {
    push(wire, random.bytes(random.edgyInt(16, 4096)));
  }

  /** Reads and drops what comes while the test goes on writing; the socket ends with the remote. */
  static void readInBackground(RawPeer peer) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                peer.socket().awaitEnd(SOON);
              } finally {
                peer.close();
              }
            });
  }

  /** Waits until nothing of the victim's budget is in use. */
  void awaitIdle() {
    Await.untilAsserted(
        SOON,
        () -> assertThat(victim.usage().values()).as("%s", victim.ask("usage")).containsOnly(0L));
  }

  /** Waits until the victim has said something at least so often. */
  void awaitSaid(int times, String... parts) {
    Await.untilAsserted(
        SOON,
        () ->
            assertThat(victim.timesSaid(parts))
                .as("%s in %s", String.join(" ", parts), victim.happened())
                .isGreaterThanOrEqualTo(times));
  }

  /** A peer that never met the victim connects, pings, gets an echo, and leaves. */
  void assertHonestPeersAreServed() throws Exception {
    try (Host honest = Libp2p.host().start().join()) {
      Connection connection = Await.done(SOON, honest.connect(victim.addrInfo()));
      Ping.PingSession session =
          Await.done(SOON, Ping.open(connection, PingConfig.DEFAULT, random, System::nanoTime));
      assertThat(Await.done(SOON, session.ping())).isPositive();
      session.close();
      assertEchoed(Await.done(SOON, connection.openStream(Echo.PROTOCOL)));
    }
  }

  static void assertEchoed(Stream stream) throws Exception {
    byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
    try (var blocking = stream.blocking()) {
      blocking.out().write(hello);
      blocking.closeWrite();
      assertThat(blocking.in().readAllBytes()).isEqualTo(hello);
    }
  }
}
