package io.ethpeerflow.testkit.time;

/** A scheduled task that can still be called off. */
@FunctionalInterface
public interface Cancellable {
  /**
   * Calls the task off. Idempotent.
   *
   * @return true when this call kept the task from running; false when it ran, runs, or was
   *     cancelled before
   */
  boolean cancel();
}
