package io.ethpeerflow.core;

/** Something registered with a host. Closing it twice does nothing. Any thread. */
public interface Registration extends AutoCloseable {
  /** Takes the registration back; a call that is under way may still finish. */
  @Override
  void close();
}
