package io.ethpeerflow.core.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.testkit.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineWheelTest {
  private static final long MS = 1_000_000;

  private final VirtualClock clock = new VirtualClock();
  private final SimLoop loop = new SimLoop(clock, "loop");
  private final DeadlineWheel wheel = new DeadlineWheel(loop);

  private final class Timed extends DeadlineWheel.Entry {
    long firedAtNanos = -1;

    @Override
    protected void onExpired() {
      firedAtNanos = loop.nanoTime();
    }
  }

  private void run(Runnable action) {
    loop.execute(action);
    clock.runDue();
  }

  @Test
  void firesWithinATickAfterTheDeadline() {
    var entry = new Timed();
    run(() -> wheel.arm(entry, loop.nanoTime() + 105 * MS));
    clock.advance(Duration.ofMillis(104));
    assertThat(entry.firedAtNanos).isEqualTo(-1);
    clock.advance(Duration.ofMillis(60));
    assertThat(entry.firedAtNanos).isBetween(105 * MS, 105 * MS + 2 * DeadlineWheel.TICK_NANOS);
  }

  @Test
  void deadlinesBeyondOneRoundOfTheWheelFireInTheirOwn() {
    var entry = new Timed();
    run(() -> wheel.arm(entry, loop.nanoTime() + 60_000 * MS));
    clock.advance(Duration.ofSeconds(59));
    assertThat(entry.firedAtNanos).isEqualTo(-1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(entry.firedAtNanos).isGreaterThanOrEqualTo(60_000 * MS);
  }

  @Test
  void aMovedDeadlineFiresOnceAtItsNewTime() {
    var entry = new Timed();
    run(() -> wheel.arm(entry, loop.nanoTime() + 100 * MS));
    clock.advance(Duration.ofMillis(90));
    run(() -> wheel.arm(entry, loop.nanoTime() + 100 * MS));
    clock.advance(Duration.ofMillis(95));
    assertThat(entry.firedAtNanos).isEqualTo(-1);
    clock.advance(Duration.ofMillis(60));
    assertThat(entry.firedAtNanos).isGreaterThanOrEqualTo(190 * MS);
  }

  @Test
  void aDisarmedDeadlineNeverFires() {
    var entry = new Timed();
    run(() -> wheel.arm(entry, loop.nanoTime() + 100 * MS));
    run(() -> wheel.disarm(entry));
    clock.advance(Duration.ofSeconds(30));
    assertThat(entry.firedAtNanos).isEqualTo(-1);
  }

  @Test
  void theLoopSleepsUntilSomethingMayBeDue() {
    var entry = new Timed();
    run(() -> wheel.arm(entry, loop.nanoTime() + 9_000 * MS));
    assertThat(clock.pending()).isEqualTo(1);
    clock.runNext();
    assertThat(entry.firedAtNanos).isBetween(9_000 * MS, 9_040 * MS);
    assertThat(clock.pending()).isZero();
  }

  @Test
  void anEarlierDeadlineWakesTheLoopEarlier() {
    var late = new Timed();
    var early = new Timed();
    run(() -> wheel.arm(late, loop.nanoTime() + 9_000 * MS));
    run(() -> wheel.arm(early, loop.nanoTime() + 100 * MS));
    clock.advance(Duration.ofMillis(141));
    assertThat(early.firedAtNanos).isBetween(100 * MS, 140 * MS);
    assertThat(late.firedAtNanos).isEqualTo(-1);
  }

  @Test
  void whatExpiryArmsWithADeadlineThatHasPassedFiresInTheNextTick() {
    var second = new Timed();
    var first =
        new DeadlineWheel.Entry() {
          @Override
          protected void onExpired() {
            wheel.arm(second, loop.nanoTime() - 500 * MS);
          }
        };
    run(() -> wheel.arm(first, loop.nanoTime() + 100 * MS));
    clock.advance(Duration.ofMillis(161));
    assertThat(second.firedAtNanos).isBetween(100 * MS, 160 * MS);
  }

  @Test
  void oneThatThrowsHoldsUpNoOther() {
    var others = List.of(new Timed(), new Timed());
    var failing =
        new DeadlineWheel.Entry() {
          @Override
          protected void onExpired() {
            throw new IllegalStateException("thrown on purpose");
          }
        };
    run(
        () -> {
          wheel.arm(others.get(0), loop.nanoTime() + 100 * MS);
          wheel.arm(failing, loop.nanoTime() + 100 * MS);
          wheel.arm(others.get(1), loop.nanoTime() + 100 * MS);
        });
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(200)))
        .hasMessageContaining("on purpose");
    clock.advance(Duration.ofMillis(100));
    assertThat(others)
        .allSatisfy(other -> assertThat(other.firedAtNanos).isBetween(100 * MS, 320 * MS));
    var later = new Timed();
    run(() -> wheel.arm(later, loop.nanoTime() + 100 * MS));
    clock.advance(Duration.ofMillis(200));
    assertThat(later.firedAtNanos).isPositive();
  }

  @Test
  void anyOrderOfOperationsFiresWhatIsArmedAndNothingElse() {
    Seeds.check(
        50,
        random -> {
          var ownClock = new VirtualClock();
          SimLoop ownLoop = new SimLoop(ownClock, "loop");
          var ownWheel = new DeadlineWheel(ownLoop);
          record Probe(DeadlineWheel.Entry entry, long[] due, long[] fired) {}
          List<Probe> probes = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            long[] fired = {-1};
            var entry =
                new DeadlineWheel.Entry() {
                  @Override
                  protected void onExpired() {
                    fired[0] = ownLoop.nanoTime();
                  }
                };
            probes.add(new Probe(entry, new long[] {-1}, fired));
          }
          for (int step = 0; step < 300; step++) {
            Probe probe = probes.get(random.nextInt(probes.size()));
            boolean arm = random.nextInt(4) > 0;
            long delay = random.nextInt(20_000) * MS;
            ownLoop.execute(
                () -> {
                  if (arm) {
                    probe.due[0] = ownLoop.nanoTime() + delay;
                    probe.fired[0] = -1;
                    ownWheel.arm(probe.entry, probe.due[0]);
                  } else {
                    probe.due[0] = -1;
                    ownWheel.disarm(probe.entry);
                  }
                });
            ownClock.runDue();
            ownClock.advance(Duration.ofMillis(random.nextInt(500)));
            for (Probe each : probes) {
              if (each.fired[0] >= 0 && each.due[0] >= 0) {
                assertThat(each.fired[0]).isGreaterThanOrEqualTo(each.due[0]);
              } else if (each.due[0] >= 0) {
                long lateNanos = ownLoop.nanoTime() - each.due[0];
                assertThat(lateNanos).isLessThan(2 * DeadlineWheel.TICK_NANOS + 1);
              }
            }
          }
        });
  }
}
