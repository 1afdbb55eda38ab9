package io.ethpeerflow.node.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The wish that the program ends, and what it ends with.
 *
 * <p>The JVM answers SIGTERM and SIGINT by running shutdown hooks and then ends with 128 + the
 * signal, whatever the program thinks of it. So the hook of {@link #ofProcess} passes the wish on,
 * waits for the command that cares, and ends the process with that command's own status. Commands
 * that never asked for the signal end at once, as any other program would. Any thread.
 */
public final class StopSignal {
  /** How long a command may take to end once it was asked to; longer than any grace we give. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CompletableFuture<Void> requested = new CompletableFuture<>();
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private volatile boolean heeded;

  /** A signal that only {@link #request} gives. */
  public StopSignal() {}

  /** The signal of this process: SIGTERM, SIGINT. */
  public static StopSignal ofProcess() {
    var signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::onShutdown, "stop-signal"));
    return signal;
  }

  private void onShutdown() {
    if (status.isDone()) {
      return;
    }
    request();
    if (!heeded) {
      return;
    }
    try {
      Runtime.getRuntime().halt(status.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException | ExecutionException | InterruptedException late) {
      Runtime.getRuntime().halt(CommandStatus.FAILED);
    }
  }

  /** Asks the command to end. */
  public void request() {
    requested.complete(null);
  }

  /** Whether the command should end. */
  public boolean isRequested() {
    return requested.isDone();
  }

  /** Completes when the command should end; who calls this promises to end then. */
  public CompletableFuture<Void> requested() {
    heeded = true;
    return requested;
  }

  /** Ends this process. */
  public void exit(int withStatus) {
    boolean stopping = requested.isDone() && heeded;
    status.complete(withStatus);
    if (!stopping) {
      System.exit(withStatus);
    }
  }
}
