package io.ethpeerflow.testkit.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
  private final VirtualClock clock = new VirtualClock();
  private final VirtualLoop loop = new VirtualLoop(clock, "a");
  private final List<String> log = new ArrayList<>();

  @Test
  void runsTasksInOrderOfTheirDueTime() {
    loop.schedule(30, () -> log.add("30@" + loop.nanoTime()));
    loop.schedule(10, () -> log.add("10@" + loop.nanoTime()));
    loop.schedule(20, () -> log.add("20@" + loop.nanoTime()));
    clock.advanceNanos(25);
    assertThat(log).containsExactly("10@10", "20@20");
    assertThat(clock.nanoTime()).isEqualTo(25);
    clock.advance(Duration.ofNanos(5));
    assertThat(log).containsExactly("10@10", "20@20", "30@30");
  }

  @Test
  void runsWhatALeapSkippedLateAndInOrder() {
    loop.schedule(20, () -> log.add("20@" + loop.nanoTime()));
    loop.schedule(10, () -> log.add("10@" + loop.nanoTime()));
    loop.schedule(200, () -> log.add("200@" + loop.nanoTime()));
    clock.leap(Duration.ofNanos(100));
    assertThat(log).containsExactly("10@100", "20@100");
    clock.advanceNanos(100);
    assertThat(log).containsExactly("10@100", "20@100", "200@200");
  }

  @Test
  void runsSimultaneousTasksOfSeveralLoopsInTheOrderTheyWereQueued() {
    var other = new VirtualLoop(clock, "b");
    for (int i = 0; i < 4; i++) {
      int n = i;
      (i % 2 == 0 ? loop : other).schedule(5, () -> log.add("t" + n));
    }
    clock.advanceNanos(5);
    assertThat(log).containsExactly("t0", "t1", "t2", "t3");
  }

  @Test
  void queuesExecuteBehindWhatIsAlreadyDueAndNeverRunsItInside() {
    loop.execute(
        () -> {
          loop.execute(() -> log.add("inner"));
          log.add("outer");
        });
    loop.execute(() -> log.add("second"));
    assertThat(log).isEmpty();
    clock.runDue();
    assertThat(log).containsExactly("outer", "second", "inner");
  }

  @Test
  void saysWhichLoopIsRunning() {
    var other = new VirtualLoop(clock, "b");
    loop.execute(() -> log.add(loop.inLoop() + " " + other.inLoop()));
    assertThat(loop.inLoop()).isFalse();
    clock.runDue();
    assertThat(log).containsExactly("true false");
    assertThat(loop.inLoop()).isFalse();
  }

  @Test
  void runsAStepOfTheTestInTheLoop() {
    var other = new VirtualLoop(clock, "b");
    loop.run(() -> log.add("in " + loop.inLoop()));
    assertThat(log).containsExactly("in true");
    assertThatThrownBy(() -> loop.run(() -> other.run(() -> log.add("never"))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(loop.inLoop()).isFalse();
  }

  @Test
  void doesNotRunCancelledTasks() {
    Cancellable cancelled = loop.schedule(10, () -> log.add("cancelled"));
    Cancellable ran = loop.schedule(10, () -> log.add("ran"));
    assertThat(cancelled.cancel()).isTrue();
    assertThat(cancelled.cancel()).isFalse();
    clock.advanceNanos(10);
    assertThat(log).containsExactly("ran");
    assertThat(ran.cancel()).isFalse();
    assertThat(clock.pending()).isZero();
  }

  @Test
  void keepsNoMemoryOfManyCancelledTimers() {
    for (int i = 0; i < 100_000; i++) {
      loop.schedule(1_000_000_000L + i, () -> log.add("never")).cancel();
    }
    loop.schedule(1, () -> log.add("ran"));
    assertThat(clock.pending()).isEqualTo(1);
    clock.runUntilIdle(Duration.ofSeconds(5));
    assertThat(log).containsExactly("ran");
    assertThat(clock.nanoTime()).isEqualTo(1);
  }

  @Test
  void leavesTheClockAtTheTaskThatThrewAndKeepsTheRest() {
    loop.schedule(
        10,
        () -> {
          throw new IllegalArgumentException("boom");
        });
    loop.schedule(20, () -> log.add("later"));
    assertThatThrownBy(() -> clock.advanceNanos(100)).hasMessage("boom");
    assertThat(clock.nanoTime()).isEqualTo(10);
    assertThat(loop.inLoop()).isFalse();
    clock.advanceNanos(90);
    assertThat(log).containsExactly("later");
  }

  @Test
  void refusesToBeMovedByATaskOrBackwards() {
    loop.execute(() -> clock.advanceNanos(1));
    assertThatThrownBy(clock::runDue).isInstanceOf(IllegalStateException.class);
    clock.advanceNanos(5);
    assertThatThrownBy(() -> clock.advanceTo(4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.advanceNanos(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesASecondThread() {
    clock.runDue();
    assertThatThrownBy(
            () -> CompletableFuture.runAsync(() -> loop.execute(() -> log.add("never"))).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void worksAcrossTheOverflowOfTheClock() {
    var late = new VirtualClock(Long.MAX_VALUE - 5);
    var lateLoop = new VirtualLoop(late, "late");
    lateLoop.schedule(10, () -> log.add("after"));
    lateLoop.schedule(2, () -> log.add("before"));
    late.advanceNanos(20);
    assertThat(log).containsExactly("before", "after");
    assertThat(late.nanoTime()).isEqualTo(Long.MIN_VALUE + 14);
  }

  @Test
  void jumpsToTheNextTask() {
    loop.schedule(Duration.ofHours(5).toNanos(), () -> log.add("ran"));
    assertThat(clock.runNext()).isTrue();
    assertThat(log).containsExactly("ran");
    assertThat(clock.nanoTime()).isEqualTo(Duration.ofHours(5).toNanos());
    assertThat(clock.runNext()).isFalse();
  }

  @Test
  void runsUntilAConditionHoldsAndNoFurther() {
    for (int i = 1; i <= 5; i++) {
      loop.schedule(i * 10L, () -> log.add("x"));
    }
    assertThat(clock.runUntil(() -> log.size() == 3, Duration.ofSeconds(1))).isTrue();
    assertThat(clock.nanoTime()).isEqualTo(30);
    assertThat(clock.runUntil(() -> log.size() == 9, Duration.ofNanos(100))).isFalse();
    assertThat(clock.nanoTime()).isEqualTo(130);
  }

  @Test
  void namesTheTasksThatNeverBecomeIdle() {
    var tick = new Runnable[1];
    tick[0] = () -> loop.schedule(10, tick[0]);
    tick[0].run();
    assertThatThrownBy(() -> clock.runUntilIdle(Duration.ofMillis(1)))
        .hasMessageContaining("1 tasks still queued");
  }

  @Test
  void dropsTheTasksOfALoopThatIsShutDown() {
    loop.schedule(10, () -> log.add("never"));
    loop.shutdown();
    clock.advanceNanos(10);
    assertThat(log).isEmpty();
    assertThatThrownBy(() -> loop.execute(() -> log.add("never")))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void shufflesLoopsByItsSeedAndKeepsEachLoopInOrder() {
    List<String> first = shuffled(1);
    assertThat(shuffled(1)).isEqualTo(first);
    List<String> inQueueOrder = first.stream().sorted().toList();
    boolean someSeedDiffers = false;
    for (long seed = 1; seed <= 8; seed++) {
      List<String> order = shuffled(seed);
      assertThat(order).containsExactlyInAnyOrderElementsOf(inQueueOrder);
      for (String name : List.of("a", "b", "c")) {
        assertThat(order.stream().filter(s -> s.startsWith(name)).toList())
            .containsExactly(name + 0, name + 1, name + 2);
      }
      someSeedDiffers |= !order.equals(first);
    }
    assertThat(someSeedDiffers).isTrue();
  }

  private static List<String> shuffled(long seed) {
    var shuffling = VirtualClock.shuffling(seed);
    var order = new ArrayList<String>();
    var loops = List.of("a", "b", "c").stream().map(n -> new VirtualLoop(shuffling, n)).toList();
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        String entry = "abc".charAt(j) + "" + i;
        loops.get(j).schedule(7, () -> order.add(entry));
      }
    }
    shuffling.advanceNanos(7);
    return order;
  }
}
