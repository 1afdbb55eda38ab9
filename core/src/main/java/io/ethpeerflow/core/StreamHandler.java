package io.ethpeerflow.core;

/** Serves inbound streams of a protocol. */
@FunctionalInterface
public interface StreamHandler {
  /**
   * A stream was opened and its protocol agreed on. Runs on the connection's loop and must not
   * block; an exception resets the stream.
   *
   * @param stream owned by the handler from now on
   */
  void handle(Stream stream);
}
