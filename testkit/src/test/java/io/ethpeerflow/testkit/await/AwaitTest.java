package io.ethpeerflow.testkit.await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(20);

  @Test
  void returnsWhenAnotherThreadMakesTheConditionTrue() {
    var calls = new AtomicInteger();
    Await.until(LONG, () -> calls.incrementAndGet() == 5);
    assertThat(calls).hasValue(5);
  }

  @Test
  void failsWithTheNameWhenTheLimitPasses() {
    long start = System.nanoTime();
    assertThatThrownBy(() -> Await.until("the tide", SHORT, () -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the tide not reached within PT0.02S");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
  }

  @Test
  void asksAtLeastOnceWithNoTimeAtAll() {
    Await.until(Duration.ZERO, () -> true);
  }

  @Test
  void returnsTheFirstValue() {
    var calls = new AtomicInteger();
    String value = Await.value(LONG, () -> calls.incrementAndGet() < 3 ? null : "three");
    assertThat(value).isEqualTo("three");
  }

  @Test
  void endsTheWaitWithTheSourcesException() {
    assertThatThrownBy(
            () ->
                Await.value(
                    LONG,
                    () -> {
                      throw new IOException("gone");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void repeatsAssertionsAndKeepsTheLastFailure() {
    var calls = new AtomicInteger();
    Await.untilAsserted(LONG, () -> assertThat(calls.incrementAndGet()).isEqualTo(4));
    assertThatThrownBy(() -> Await.untilAsserted(SHORT, () -> assertThat(1).isEqualTo(2)))
        .isInstanceOf(AssertionError.class)
        .cause()
        .hasMessageContaining("expected: 2");
  }

  @Test
  void waitsForAFuture() {
    var future =
        CompletableFuture.supplyAsync(
            () -> 7, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS));
    assertThat(Await.done(LONG, future)).isEqualTo(7);
    assertThatThrownBy(() -> Await.done(SHORT, new CompletableFuture<>()))
        .hasMessageContaining("not done within");
  }

  @Test
  void returnsWhyAFutureFailed() {
    var future = CompletableFuture.failedFuture(new IOException("gone")).thenApply(x -> x);
    assertThat(Await.failure(LONG, future)).isInstanceOf(IOException.class).hasMessage("gone");
    assertThatThrownBy(() -> Await.failure(LONG, CompletableFuture.completedFuture(3)))
        .hasMessageContaining("expected a failure, got 3");
  }

  @Test
  void failsWhenInterruptedAndKeepsTheFlag() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> Await.until(LONG, () -> false)).hasMessageContaining("interrupted");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }
}
