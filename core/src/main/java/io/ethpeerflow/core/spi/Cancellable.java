package io.ethpeerflow.core.spi;

/** Something scheduled or registered. Cancelling it twice, or too late, does nothing. */
@FunctionalInterface
public interface Cancellable {
  /** Nothing to cancel. */
  Cancellable NONE = () -> {};

  /** Takes it back. */
  void cancel();
}
