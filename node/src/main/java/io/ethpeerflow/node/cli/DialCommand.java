package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.node.config.SecuritySet;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that dials one peer, with a host that lives as long as the command. */
abstract class DialCommand extends NodeCommand {
  private static final Duration STEP = Duration.ofMillis(100);
  private static final double MAX_TIMEOUT_SECONDS = 24 * 3600;

  @Parameters(
      paramLabel = "MULTIADDR",
      converter = PeerAddressConverter.class,
      description = "The peer, with its id at the end.")
  private @Nullable AddrInfo peer;

  @Mixin private HostOptions hostOptions = new HostOptions();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "How long to wait for an answer. Default: ${DEFAULT-VALUE}.")
  private double timeoutSeconds;

  DialCommand(Terminal terminal) {
    super(terminal);
  }

  /** Does the work, on the calling thread, which may block. */
  abstract int run(Host host) throws Exception;

  @Override
  public final Integer call() throws Exception {
    if (!(timeoutSeconds > 0) || timeoutSeconds > MAX_TIMEOUT_SECONDS) {
      throw usage("--timeout: " + timeoutSeconds + " is not over 0 and up to a day");
    }
    checkOptions();
    try (SecuritySet securities = hostOptions.securities();
        Host host = await(hostOptions.builder(terminal(), securities).start())) {
      return run(host);
    }
  }

  /** Refuses options that make no sense, by {@link #usage}. */
  void checkOptions() {}

  final AddrInfo peer() {
    if (peer == null) {
      throw new IllegalStateException("not parsed yet");
    }
    return peer;
  }

  final Duration timeout() {
    return Duration.ofNanos((long) (timeoutSeconds * 1e9));
  }

  final Connection connect(Host host) throws Exception {
    return await(host.connect(peer(), DialOptions.DEFAULT.withTimeout(timeout())));
  }

  /** A new connection, whether one is open or not. */
  final Connection connectAnew(Host host) throws Exception {
    return await(
        host.connect(peer(), DialOptions.DEFAULT.withTimeout(timeout()).withForceNew(true)));
  }

  /** Waits for a result, as long as {@code --timeout} says; then it is cancelled. */
  final <T> T await(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw giveUp(future);
    } catch (ExecutionException failure) {
      throw causeOf(failure);
    }
  }

  /**
   * Waits for a result for as long as something moves: {@code --timeout} bounds the time in which
   * {@code amount} stays the same.
   *
   * @param onStep runs about ten times a second, on the calling thread
   */
  final <T> T awaitWhileMoving(CompletableFuture<T> future, LongSupplier amount, Runnable onStep)
      throws Exception {
    long before = amount.getAsLong();
    long movedNanos = System.nanoTime();
    while (true) {
      try {
        return future.get(STEP.toNanos(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException failure) {
        throw causeOf(failure);
      } catch (TimeoutException stillRunning) {
        long now = amount.getAsLong();
        if (now != before) {
          before = now;
          movedNanos = System.nanoTime();
        } else if (System.nanoTime() - movedNanos >= timeout().toNanos()) {
          throw giveUp(future);
        }
        onStep.run();
      }
    }
  }

  private TimeoutException giveUp(CompletableFuture<?> future) {
    future.cancel(false);
    return new TimeoutException(
        "no answer from " + peer().id() + " within " + timeoutSeconds + " s");
  }

  private static Exception causeOf(ExecutionException failure) {
    return failure.getCause() instanceof Exception cause ? cause : failure;
  }
}
